package io.tidemark.systemtest.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A request that is small to make and large to take.
 *
 * @param query behind the path
 * @param headers lines, each with its end
 * @param body sent as often as {@code times} says, in chunks
 * @param pauseMs between two of them
 */
record HttpBomb(String name, String query, String headers, byte[] body, int times, long pauseMs) {

    private static final int ANSWER_MS = 60_000;

    /** {@code ((a{1,1000}){1,1000}){1,1000}}. */
    private static final String COSTLY = "((a%7B1,1000%7D)%7B1,1000%7D)%7B1,1000%7D";

    private static final int PIECE_BYTES = 64 << 10;
    private static final int MIB = 1 << 20;

    /** What became of one. */
    record Outcome(int status, String text) {

        /** Nothing was said. */
        static final Outcome CLOSED = new Outcome(0, "the connection was closed");

        boolean clean() {
            return status >= 200 && status < 300 || status >= 400 && status < 500 || status == 501;
        }
    }

    /** Those that are all in their head; for every route. */
    static List<HttpBomb> heads() {
        return List.of(
                new HttpBomb("wide query", "?" + "a=1&".repeat(3_000), "", new byte[0], 0, 0),
                new HttpBomb("endless query", "?a=" + "x".repeat(80_000), "", new byte[0], 0, 0),
                new HttpBomb(
                        "huge header",
                        "",
                        "X-Wide: " + "x".repeat(80_000) + "\r\n",
                        new byte[0],
                        0,
                        0),
                new HttpBomb("costly pattern", "?pattern=" + COSTLY, "", new byte[0], 0, 0),
                new HttpBomb("many headers", "", "X-Many: x\r\n".repeat(8_000), new byte[0], 0, 0));
    }

    /** For routes that take a body. */
    static List<HttpBomb> bodies() {
        String nines = "9".repeat(MIB / 2);
        return List.of(
                of("deep arrays", "[".repeat(MIB)),
                of("deep objects", "{\"a\":".repeat(200_000)),
                of("deep value", "{\"records\":[{\"value\":" + "[".repeat(MIB)),
                of("giant string", "{\"records\":[{\"value\":\"", "x".repeat(MIB), 20),
                of("giant name", "{\"", "x".repeat(MIB), 20),
                of("giant number", numbers(nines)),
                of("giant fraction", numbers("0." + nines)),
                of("giant exponent", numbers("1e999999999")),
                of("tiny elements", "[", "0,".repeat(MIB / 2), 8),
                of("tiny records", "{\"records\":[", "{},".repeat(MIB / 3), 8),
                of("tiny objects", "", "{}".repeat(MIB / 2), 8),
                packed("gzip", gzip(), 16),
                packed("deflate", deflated(), 16),
                packed("zstd", Zstd.compress(spaces(), 1), 16),
                new HttpBomb(
                        "several packings", "", "Content-Encoding: gzip, gzip\r\n", gzip(), 1, 0));
    }

    /** A body without an end, a byte at a time. */
    static HttpBomb dribbled(int bytes) {
        return new HttpBomb("dribbled", "", "", new byte[] {' '}, bytes, 100);
    }

    private static HttpBomb of(String name, String text) {
        return new HttpBomb(name, "", "", text.getBytes(ISO_8859_1), 1, 0);
    }

    private static HttpBomb of(String name, String start, String more, int times) {
        return of(name, start + more.repeat(times));
    }

    private static HttpBomb packed(String how, byte[] body, int times) {
        return new HttpBomb(
                "packed by " + how, "", "Content-Encoding: " + how + "\r\n", body, times, 0);
    }

    /** The same number wherever one may stand. */
    private static String numbers(String number) {
        return "{\"records\":[{\"value\":"
                + number
                + ",\"partition\":"
                + number
                + ",\"timestamp\":"
                + number
                + "}],\"partitions_count\":"
                + number
                + ",\"partitions\":"
                + number
                + ",\"value\":"
                + number
                + ",\"timestamp\":"
                + number
                + ",\"offsets\":[{\"partition\":"
                + number
                + ",\"offset\":"
                + number
                + "}]}";
    }

    /** What 64 MB are before they are packed; a JSON text may begin so. */
    private static byte[] spaces() {
        byte[] spaces = new byte[64 * MIB];
        Arrays.fill(spaces, (byte) ' ');
        return spaces;
    }

    /** A member of which there may be several. */
    private static byte[] gzip() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(spaces());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return packed.toByteArray();
    }

    /** Blocks of which there may be several, none the last one. */
    private static byte[] deflated() {
        try (Deflater deflater = new Deflater(1, true)) {
            deflater.setInput(spaces());
            byte[] packed = new byte[MIB];
            int length = deflater.deflate(packed, 0, packed.length, Deflater.FULL_FLUSH);
            return Arrays.copyOf(packed, length);
        }
    }

    /** Sends it, until it has an answer. */
    Outcome send(int port, String method, String path, String type) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MS);
            InputStream in = socket.getInputStream();
            String head =
                    method
                            + " "
                            + path
                            + query
                            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n")
                            + headers
                            + (times == 0 ? "" : "Transfer-Encoding: chunked\r\n")
                            + "\r\n";
            try {
                OutputStream out = socket.getOutputStream();
                out.write(head.getBytes(ISO_8859_1));
                for (int i = 0; i < times && in.available() == 0; i++) {
                    writeBody(out, in);
                    pause();
                }
                if (times > 0 && in.available() == 0) {
                    out.write("0\r\n\r\n".getBytes(ISO_8859_1));
                }
            } catch (SocketException e) {
                // It reads no further, and may have said why.
            }
            return read(in);
        } catch (SocketException e) {
            return Outcome.CLOSED;
        }
    }

    private void writeBody(OutputStream out, InputStream in) throws IOException {
        for (int at = 0; at < body.length && in.available() == 0; at += PIECE_BYTES) {
            int length = Math.min(PIECE_BYTES, body.length - at);
            ByteArrayOutputStream chunk = new ByteArrayOutputStream(length + 16);
            chunk.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            chunk.write(body, at, length);
            chunk.writeBytes("\r\n".getBytes(ISO_8859_1));
            out.write(chunk.toByteArray());
        }
    }

    private void pause() {
        if (pauseMs > 0) {
            try {
                Thread.sleep(pauseMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The beginning of the answer. */
    private static Outcome read(InputStream in) throws IOException {
        byte[] some = new byte[2_048];
        int length = Math.max(0, in.readNBytes(some, 0, 12));
        if (length < 12) {
            return Outcome.CLOSED;
        }
        int status = Integer.parseInt(new String(some, 9, 3, ISO_8859_1));
        int more = status >= 500 ? in.readNBytes(some, 12, some.length - 12) : 0;
        return new Outcome(status, new String(some, 0, length + more, ISO_8859_1));
    }
}
