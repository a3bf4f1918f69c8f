package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;

/** Requests as they stand, with headers that clients of good manners do not let one set. */
final class RawHttp {

    private RawHttp() {}

    /** An answer: its status, its head in lower case, its body as it came. */
    record Answer(int status, String head, String body) {
        boolean has(String header) {
            return head.contains("\r\n" + header.toLowerCase(Locale.ROOT));
        }
    }

    /** Sends one request and reads until the server closes. */
    static Answer send(int port, String start, String body, String... headers) throws IOException {
        return send(port, start, body.getBytes(ISO_8859_1), headers);
    }

    static Answer send(int port, String start, byte[] body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(start).append(" HTTP/1.1\r\n");
        if (List.of(headers).stream().noneMatch(h -> h.startsWith("Host:"))) {
            head.append("Host: localhost:").append(port).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("Connection: close\r\n\r\n");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(head.toString().getBytes(ISO_8859_1));
            request.write(body);
            socket.getOutputStream().write(request.toByteArray());
            return parse(read(socket.getInputStream()));
        }
    }

    /** All of it; of a stream without end its beginning. */
    private static String read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] some = new byte[8192];
        try {
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                text.append(new String(some, 0, n, ISO_8859_1));
                if (isStream(text)) {
                    break;
                }
            }
        } catch (SocketException e) {
            // The server read no further, and answered nevertheless.
            if (text.isEmpty()) {
                throw e;
            }
        }
        return text.toString();
    }

    private static boolean isStream(StringBuilder text) {
        int end = text.indexOf("\r\n\r\n");
        return end > 0 && text.substring(0, end).contains("text/event-stream");
    }

    static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, "", text);
        }
        return new Answer(
                Integer.parseInt(text.substring(9, 12)),
                text.substring(0, end + 2).toLowerCase(Locale.ROOT),
                text.substring(end + 4));
    }
}
