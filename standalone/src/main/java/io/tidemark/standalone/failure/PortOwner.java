package io.tidemark.standalone.failure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds the process that listens on a TCP port, from Linux's {@code /proc}: the socket's inode
 * stands in {@code net/tcp}, and the process that has it open in {@code <pid>/fd}. Elsewhere, or
 * without the right to look, nothing is found.
 */
final class PortOwner {

    private static final String LISTEN = "0A";

    private PortOwner() {}

    /**
     * @return the process, as a person would name it: {@code process 4711 (java)}
     */
    static Optional<String> describe(int port) {
        Set<String> sockets = listeningSockets(port);
        OptionalLong pid = sockets.isEmpty() ? OptionalLong.empty() : holderOf(sockets);
        if (pid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("process " + pid.getAsLong() + commandOf(pid.getAsLong()));
    }

    private static Set<String> listeningSockets(int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : linesOf(Path.of(table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTEN)) {
                    sockets.add("socket:[" + fields[9] + "]");
                }
            }
        }
        return sockets;
    }

    private static List<String> linesOf(Path path) {
        try {
            return Files.readAllLines(path);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static OptionalLong holderOf(Set<String> sockets) {
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holdsAny(process.resolve("fd"), sockets)) {
                    return OptionalLong.of(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    private static boolean holdsAny(Path descriptors, Set<String> sockets) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                if (sockets.contains(targetOf(link))) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // another user's process, or one that has just ended
        }
        return false;
    }

    private static String targetOf(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String commandOf(long pid) {
        List<String> name = linesOf(Path.of("/proc/" + pid + "/comm"));
        return name.isEmpty() ? "" : " (" + name.getFirst() + ")";
    }
}
