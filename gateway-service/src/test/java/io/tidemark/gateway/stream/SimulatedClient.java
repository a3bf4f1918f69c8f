package io.tidemark.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.consume.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client with a lossy connection: what is written reaches it late, in pieces cut at any byte, and
 * a disconnect loses the rest. It resumes by the last id it saw, and checks what it gets against
 * the log's history: every record it wants, once, in order.
 */
final class SimulatedClient {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int BOUND_BYTES = 2_000;

    private final Uuid topicId;
    private final SimulatedTime time;
    private final SimulatedLog log;
    private final Tail tail;
    private final Random random;
    private final EventFormat format;
    private final Filter filter;
    private final @Nullable Set<Integer> partitions;

    private @Nullable Socket socket;
    private @Nullable String lastId;
    private final List<JsonNode> uncommitted = new ArrayList<>();
    private long[] expected = new long[0];
    int resets;
    int received;
    int connects;
    boolean slow;

    /**
     * Records that it may be sent before it acknowledges; those without partitions have no limit.
     */
    int window = Integer.MAX_VALUE;

    int waitedForCredit;
    private int credit;

    SimulatedClient(
            Uuid topicId,
            SimulatedTime time,
            SimulatedLog log,
            Tail tail,
            Random random,
            EventFormat format,
            Filter filter,
            @Nullable Set<Integer> partitions) {
        this.topicId = topicId;
        this.time = time;
        this.log = log;
        this.tail = tail;
        this.random = random;
        this.format = format;
        this.filter = filter;
        this.partitions = partitions;
    }

    void connect() {
        connects++;
        uncommitted.clear();
        StreamStart.From from =
                lastId != null
                        ? new StreamStart.From.At(
                                ((Cursor.Parsed.Valid) Cursor.parse(lastId)).cursor())
                        : random.nextBoolean()
                                ? new StreamStart.From.Latest()
                                : new StreamStart.From.Earliest();
        var begin =
                (StreamStart.Begin.At) StreamStart.resolve(from, topicId, partitions, log.bounds());
        if (lastId == null) {
            expected = begin.positions().clone();
        }
        Socket opened = new Socket();
        socket = opened;
        credit = window;
        Follower follower =
                new Follower(
                        new Follower.Wish(format, filter, partitions, Long.MAX_VALUE, null, 3_000),
                        partitions == null
                                ? Follower.Credit.ENDLESS
                                : (partition, offset) -> credit-- > 0,
                        opened,
                        begin.positions(),
                        time.nanos());
        opened.follower = follower;
        tail.open(follower, begin.reset(), 1_000);
        opened.pump();
    }

    boolean connected() {
        return socket != null;
    }

    /** Breaks the connection; a random part of what is on its way still arrives. */
    void disconnect() {
        Socket broken = socket;
        if (broken != null) {
            broken.deliver(random.nextInt(broken.onItsWay.readableBytes() + 1));
            broken.close();
        }
    }

    private void onMessage(String message) {
        if (format.media() == EventFormat.Media.NDJSON) {
            onLine(JSON.readTree(message));
            return;
        }
        String event = "";
        String id = null;
        String data = null;
        for (String field : message.split("\n")) {
            if (field.startsWith("id: ")) {
                id = field.substring(4);
            } else if (field.startsWith("data: ")) {
                data = field.substring(6);
            } else if (field.startsWith("event: ")) {
                event = field.substring(7);
            }
        }
        if (data != null && event.equals("reset")) {
            onReset(JSON.readTree(data));
        } else if (data != null) {
            onRecord(JSON.readTree(data));
        }
        if (id != null) {
            lastId = id;
        }
    }

    /** Lines count once their cursor has come: what a torn flush brought is dropped. */
    private void onLine(JsonNode line) {
        uncommitted.add(line);
        if (!line.has("cursor")) {
            return;
        }
        lastId = line.get("cursor").asString();
        for (JsonNode each : uncommitted) {
            if (each.has("event")) {
                onReset(each);
            } else if (each.has("offset")) {
                onRecord(each);
            }
        }
        uncommitted.clear();
    }

    private void onReset(JsonNode reset) {
        resets++;
        for (JsonNode move : reset.get("partitions")) {
            int partition = move.get("partition").asInt();
            long to = move.get("to").asLong();
            assertThat(to)
                    .as("a reset forward passes deleted records only")
                    .isLessThanOrEqualTo(log.partitions.get(partition).start);
            expect(partition, to);
        }
    }

    private void onRecord(JsonNode row) {
        received++;
        int partition = row.get("partition").asInt();
        long offset = row.get("offset").asLong();
        LogRecord next = nextWanted(partition);
        if (next == null) {
            throw new AssertionError("a record that is not wanted: " + row);
        }
        assertThat(offset)
                .as("next of partition %d: no gap, no repeat", partition)
                .isEqualTo(next.offset());
        assertThat(row.get("key").asString())
                .isEqualTo(new String(next.key(), StandardCharsets.UTF_8));
        expect(partition, offset + 1);
    }

    private void expect(int partition, long offset) {
        expected = Positions.copy(expected, partition + 1);
        expected[partition] = offset;
    }

    private @Nullable LogRecord nextWanted(int partition) {
        if (partitions != null && !partitions.contains(partition)) {
            return null;
        }
        for (LogRecord row :
                log.partitions
                        .get(partition)
                        .from(Positions.at(expected, partition), Integer.MAX_VALUE / 2)) {
            if (filter.matches(row)) {
                return row;
            }
        }
        return null;
    }

    /** Whether it has everything that the log still holds for it. */
    boolean hasAll() {
        for (int partition = 0; partition < log.partitions.size(); partition++) {
            LogRecord next = nextWanted(partition);
            if (next != null && next.offset() >= log.partitions.get(partition).start) {
                return false;
            }
        }
        return true;
    }

    /** The connection: what was written, on its way. */
    private final class Socket implements Outlet {
        private final ByteBuf onItsWay = Unpooled.buffer();
        private final StringBuilder partial = new StringBuilder();
        private @Nullable Follower follower;
        private boolean closed;
        private boolean told;

        @Override
        public boolean ready() {
            told |= closed || onItsWay.readableBytes() >= BOUND_BYTES;
            return !told;
        }

        @Override
        public void write(ByteBuf events) {
            onItsWay.writeBytes(events);
            events.release();
        }

        @Override
        public void end() {
            deliver(onItsWay.readableBytes());
            close();
        }

        @Override
        public void abort() {
            close();
        }

        void pump() {
            if (closed) {
                return;
            }
            deliver(Math.min(onItsWay.readableBytes(), random.nextInt(slow ? 200 : 4_000)));
            if (told && onItsWay.readableBytes() < BOUND_BYTES / 2) {
                told = false;
                Follower waiting = follower;
                if (waiting != null) {
                    tail.resume(waiting);
                }
            }
            Follower mine = follower;
            if (mine != null && mine.outOfCredit && random.nextInt(5) == 0) {
                waitedForCredit++;
                credit = window;
                tail.resume(mine);
            }
            time.after(slow ? 20 : 1 + random.nextInt(4), this::pump);
        }

        void deliver(int bytes) {
            partial.append(onItsWay.readCharSequence(bytes, StandardCharsets.UTF_8));
            String separator = format.media() == EventFormat.Media.SSE ? "\n\n" : "\n";
            for (int end; (end = partial.indexOf(separator)) >= 0; ) {
                onMessage(partial.substring(0, end));
                partial.delete(0, end + separator.length());
            }
            onItsWay.discardReadBytes();
        }

        void close() {
            if (!closed) {
                closed = true;
                socket = null;
                Follower gone = follower;
                if (gone != null) {
                    tail.leave(gone);
                }
            }
        }
    }
}
