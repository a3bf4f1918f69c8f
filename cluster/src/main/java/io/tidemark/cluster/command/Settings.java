package io.tidemark.cluster.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Settings as they stand on a command line: {@code --logging.level.io.tidemark=debug}. */
final class Settings {

    private Settings() {}

    /**
     * @throws ParameterException naming the first argument that is none
     */
    static Map<String, String> of(List<String> arguments, CommandSpec spec) {
        try {
            return of(arguments);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * @throws IllegalArgumentException naming the first argument that is none
     */
    static Map<String, String> of(List<String> arguments) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0 || argument.indexOf('.') < 0) {
                throw new IllegalArgumentException(
                        "unknown option '%s'; a setting looks like --name.of.it=value"
                                .formatted(argument));
            }
            settings.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        return settings;
    }
}
