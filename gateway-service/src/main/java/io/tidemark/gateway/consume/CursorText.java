package io.tidemark.gateway.consume;

import io.tidemark.gateway.consume.Cursor.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** The two text forms of a {@link Cursor}: drawn there, written and read here. */
final class CursorText {

    private static final String PLAIN = "v1.";
    private static final String COMPACT = "v2.";
    private static final int MAX_CHARS = 64 * 1024;
    private static final int MAX_PARTITIONS = 1_000_000;

    private CursorText() {}

    static String of(long[] head, int[] partitions, long[] offsets) {
        String plain = PLAIN + encode(plain(head, partitions, offsets));
        return plain.length() <= Cursor.PLAIN_LIMIT_CHARS
                ? plain
                : COMPACT + encode(compact(head, partitions, offsets));
    }

    private static Varints plain(long[] head, int[] partitions, long[] offsets) {
        Varints out = new Varints(20 + partitions.length * 10).putAll(head);
        for (int i = 0; i < partitions.length; i++) {
            out.put(partitions[i]).put(offsets[i]);
        }
        return out;
    }

    static Varints compact(long[] head, int[] partitions, long[] offsets) {
        Varints out = new Varints(20 + partitions.length * 10).putAll(head);
        int next = 0;
        long offset = 0;
        for (int i = 0; i < partitions.length; ) {
            int end = i + 1;
            while (end < partitions.length && partitions[end] == partitions[end - 1] + 1) {
                end++;
            }
            out.put(partitions[i] - next).put(end - i);
            next = partitions[end - 1] + 1;
            for (; i < end; i++) {
                long delta = offsets[i] - offset;
                out.put((delta << 1) ^ (delta >> 63));
                offset = offsets[i];
            }
        }
        return out;
    }

    /** A part of a cursor over several topics. */
    static byte[] compact(Cursor cursor) {
        return cursor.compact().written();
    }

    /** What {@link #compact} has written. */
    static Cursor readCompact(byte[] bytes) throws MalformedVarintException {
        return read(new Varints(bytes), true);
    }

    static Parsed parse(String text) {
        if (text.length() > MAX_CHARS) {
            return malformed("it is longer than " + MAX_CHARS + " characters");
        }
        boolean compact = text.startsWith(COMPACT);
        if (!compact && !text.startsWith(PLAIN)) {
            return malformed("it does not begin with \"v1.\"");
        }
        byte[] body;
        try {
            body = Base64.getUrlDecoder().decode(text.substring(PLAIN.length()));
        } catch (IllegalArgumentException e) {
            return malformed("what follows \"v1.\" is not base64url");
        }
        try {
            return new Parsed.Valid(read(new Varints(body), compact));
        } catch (MalformedVarintException e) {
            return malformed(e.getMessage());
        }
    }

    private static Parsed malformed(String reason) {
        return new Parsed.Malformed("This is not a cursor of this server: " + reason);
    }

    private static Cursor read(Varints in, boolean compact) throws MalformedVarintException {
        long first = in.take();
        int partitionCount = (first & 1) == 0 ? -1 : in.takeInt(MAX_PARTITIONS);
        Entries entries = new Entries();
        while (in.hasMore()) {
            if (compact) {
                readRun(in, entries);
            } else {
                entries.add(in.takeInt(MAX_PARTITIONS), in.take());
            }
        }
        return new Cursor(first >>> 1, partitionCount, entries.partitions(), entries.offsets());
    }

    private static void readRun(Varints in, Entries entries) throws MalformedVarintException {
        int partition = entries.nextPartition() + in.takeInt(MAX_PARTITIONS);
        int count = in.takeInt(MAX_PARTITIONS);
        for (int i = 0; i < count; i++) {
            long zigzag = in.take();
            long delta = (zigzag >>> 1) ^ -(zigzag & 1);
            entries.add(partition + i, entries.lastOffset() + delta);
        }
    }

    private static String encode(Varints varints) {
        byte[] base64 = Base64.getUrlEncoder().withoutPadding().encode(varints.written());
        return new String(base64, StandardCharsets.ISO_8859_1);
    }

    /** Growing, checked lists of partitions and offsets. */
    private static final class Entries {
        private int[] partitions = new int[8];
        private long[] offsets = new long[8];
        private int size;

        void add(int partition, long offset) throws MalformedVarintException {
            if (partition < nextPartition()) {
                throw new MalformedVarintException("its partitions are out of order");
            }
            if (offset < 0 || partition > MAX_PARTITIONS) {
                throw new MalformedVarintException("it holds a number out of range");
            }
            if (size == partitions.length) {
                partitions = Arrays.copyOf(partitions, size * 2);
                offsets = Arrays.copyOf(offsets, size * 2);
            }
            partitions[size] = partition;
            offsets[size++] = offset;
        }

        int nextPartition() {
            return size == 0 ? 0 : partitions[size - 1] + 1;
        }

        long lastOffset() {
            return size == 0 ? 0 : offsets[size - 1];
        }

        int[] partitions() {
            return Arrays.copyOf(partitions, size);
        }

        long[] offsets() {
            return Arrays.copyOf(offsets, size);
        }
    }
}
