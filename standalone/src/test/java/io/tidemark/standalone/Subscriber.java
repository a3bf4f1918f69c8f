package io.tidemark.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An SSE client on a plain socket, which reads only while it is told to. Notes what it got as
 * {@code partition:offset}, other events by their type.
 */
final class Subscriber implements AutoCloseable {

    private static final Pattern PLACE = Pattern.compile("\"partition\":(\\d+),\"offset\":(\\d+)");

    private final Socket socket = new Socket();
    private final List<String> got = new CopyOnWriteArrayList<>();
    private volatile String lastId = "";
    private volatile boolean ended;

    Subscriber(int port, String path, String lastEventId) throws IOException {
        socket.setReceiveBufferSize(64 * 1024);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        String request =
                "GET "
                        + path
                        + " HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: "
                        + lastEventId
                        + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Begins to read, on a thread of its own. */
    Subscriber read() {
        Thread.ofVirtual().start(this::readLines);
        return this;
    }

    private void readLines() {
        try {
            BufferedReader reader =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String id = "";
            String event = "";
            for (String line; (line = reader.readLine()) != null; ) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    got.add(event.isEmpty() ? place(line) : event);
                    event = "";
                } else if (line.isEmpty() && !id.isEmpty()) {
                    lastId = id;
                }
            }
        } catch (IOException e) {
            // Closed by the test, or broken by the server: either way this is the end.
        } finally {
            ended = true;
        }
    }

    private static String place(String line) {
        Matcher matcher = PLACE.matcher(line);
        return matcher.find() ? matcher.group(1) + ":" + matcher.group(2) : line;
    }

    List<String> got() {
        return List.copyOf(got);
    }

    String lastId() {
        return lastId;
    }

    boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
