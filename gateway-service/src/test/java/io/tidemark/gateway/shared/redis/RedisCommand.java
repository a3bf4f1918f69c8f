package io.tidemark.gateway.shared.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;

/** One command over a connection of its own; its answer's first line. */
final class RedisCommand {

    private RedisCommand() {}

    static String send(int port, String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
            String line =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))
                            .readLine();
            if (line == null) {
                throw new IOException("the connection was closed");
            }
            return line;
        }
    }
}
