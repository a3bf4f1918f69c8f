package io.tidemark.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a glance at the files can tell. */
class TidyTest {

    private static final int MAX_LINES = 500;

    /** Put together here, so that this file does not find itself. */
    private static final Pattern UNFINISHED =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");

    private static final Pattern MACHINE_PATH =
            Pattern.compile(
                    "(/ho" + "me/|/ro" + "ot/|/wo" + "rk/|/Us" + "ers/|[A-Z]:\\\\Us" + "ers)");

    private static List<Path> javaFiles() {
        List<Path> files = SourceTree.files(".java");
        assertThat(files).as("the sources were found").hasSizeGreaterThan(50);
        return files;
    }

    private static String relative(Path file) {
        return SourceTree.root().relativize(file).toString();
    }

    @Test
    void shouldKeepFilesShort() {
        List<String> tooLong =
                javaFiles().stream()
                        .filter(file -> lines(file) > MAX_LINES)
                        .map(file -> relative(file) + ": " + lines(file) + " lines")
                        .toList();

        assertThat(tooLong).as("files of more than " + MAX_LINES + " lines").isEmpty();
    }

    private static long lines(Path file) {
        return SourceTree.read(file).lines().count();
    }

    @Test
    void shouldDescribeEachPackage() {
        Set<Path> packages =
                javaFiles().stream()
                        .filter(file -> relative(file).contains("src/main/java/"))
                        .map(file -> file.resolveSibling("package-info.java"))
                        .collect(Collectors.toCollection(TreeSet::new));

        List<String> bare =
                packages.stream()
                        .filter(info -> !isDescribed(info))
                        .map(TidyTest::relative)
                        .toList();

        assertThat(bare)
                .as(
                        "a package-info.java with Javadoc that says what belongs there, and @NullMarked")
                .isEmpty();
    }

    private static boolean isDescribed(Path info) {
        if (!Files.exists(info)) {
            return false;
        }
        String text = SourceTree.read(info);
        return text.contains("@NullMarked") && text.contains("/**");
    }

    @Test
    void shouldLeaveNothingUnfinished() {
        assertThat(linesThatMatch(UNFINISHED, ".java", ".xml", ".yaml", ".sh", "/tidemark"))
                .as("marks of unfinished work")
                .isEmpty();
    }

    @Test
    void shouldNameNoPathOfOneMachine() {
        assertThat(
                        linesThatMatch(
                                MACHINE_PATH,
                                ".java",
                                ".xml",
                                ".yaml",
                                ".md",
                                ".properties",
                                ".json",
                                ".options"))
                .as("paths that exist on one machine only")
                .isEmpty();
    }

    private static List<String> linesThatMatch(Pattern pattern, String... suffixes) {
        return SourceTree.files(suffixes).stream()
                .flatMap(
                        file ->
                                SourceTree.read(file)
                                        .lines()
                                        .filter(line -> pattern.matcher(line).find())
                                        .map(line -> relative(file) + ": " + line.strip()))
                .toList();
    }
}
