package io.tidemark.architecture;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packages that hold decisions only: no I/O, no clock of their own, no threads. A package
 * declares itself pure by the word in its {@code package-info.java}, and is held to it.
 */
final class PurePackages {

    private static final Pattern PURE = Pattern.compile("\\bPure\\b");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z.]+);");

    private PurePackages() {}

    static Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Path info : SourceTree.files("package-info.java")) {
            String text = SourceTree.read(info);
            Matcher name = PACKAGE.matcher(text);
            if (PURE.matcher(text).find() && name.find()) {
                names.add(name.group(1));
            }
        }
        return names;
    }
}
