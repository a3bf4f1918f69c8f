package io.tidemark.partition.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.transport.ClientAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class BatchPackerTest {
    private static final ClientAddress HERE = new ClientAddress("10.0.0.1", false);
    private static final ClientAddress THERE = new ClientAddress("10.0.0.2", false);

    private final Queue<Runnable> works = new ArrayDeque<>();
    private final BatchPacker packer =
            new BatchPacker(
                    new PartitionLoop(new OneThread(), Map.of()),
                    new FewAtATime(works::add, 1),
                    new BatchPacker.Room());
    private final List<String> answers = new ArrayList<>();
    private final BatchPacker.Lane lane = lane();

    private BatchPacker.Lane lane() {
        return packer
        .new Lane(
                (records, all, deadline, reply) -> reply.acknowledged(0, -1, 0),
                AppendReply::refused,
                () -> 1 << 20);
    }

    @Test
    void shouldKeepTheOrderOfEachConnectionAlone() {
        Client client = new Client("client", HERE);
        add(lane, client, "first");
        assertThat(lane.isIdle(client.reply("second"))).isFalse();
        assertThat(lane.isIdle(new Client("other", HERE).reply("its own"))).isTrue();
        add(lane, client, "second");

        work();

        assertThat(answers).containsExactly("first", "second");
        assertThat(lane.isIdle(client.reply("third"))).isTrue();
    }

    @Test
    void shouldTakeTurnsBetweenAddresses() {
        for (int i = 0; i < 50; i++) {
            add(lane(), new Client("hostile " + i, THERE), "hostile");
        }
        add(lane, new Client("client", HERE), "client");

        work();

        assertThat(answers).hasSize(51);
        assertThat(answers.indexOf("client")).isLessThan(3);
    }

    @Test
    void shouldLeaveWhatNobodyWaitsFor() {
        Client hostile = new Client("hostile", THERE);
        for (int i = 0; i < 3; i++) {
            add(lane, hostile, "hostile");
        }
        hostile.gone = true;

        work();

        assertThat(answers)
                .containsExactly(
                        "hostile REQUEST_TIMED_OUT",
                        "hostile REQUEST_TIMED_OUT",
                        "hostile REQUEST_TIMED_OUT");
        assertThat(lane.isIdle(hostile.reply("another"))).isTrue();
    }

    @Test
    void shouldLeaveRoomForOtherAddresses() {
        ByteBuffer large = ByteBuffer.allocate(1 << 20);
        Client hostile = new Client("hostile", THERE);
        while (answers.isEmpty()) {
            lane.add(large, Optional.empty(), true, 0, hostile.reply("hostile"));
        }
        assertThat(answers).containsExactly("hostile REQUEST_TIMED_OUT");

        add(lane, new Client("client", HERE), "client");

        assertThat(answers).hasSize(1);
    }

    private static void add(BatchPacker.Lane lane, Client client, String name) {
        ByteBuffer batch =
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord("it".getBytes()))
                        .buffer();
        lane.add(batch, Optional.empty(), true, 0, client.reply(name));
    }

    private void work() {
        while (!works.isEmpty()) {
            works.remove().run();
        }
    }

    /** A connection, and whose it is. */
    private final class Client implements Sender {
        private final String name;
        private final ClientAddress address;
        private boolean gone;

        Client(String name, ClientAddress address) {
            this.name = name;
            this.address = address;
        }

        @Override
        public Object connection() {
            return this;
        }

        @Override
        public ClientAddress address() {
            return address;
        }

        @Override
        public boolean isGone() {
            return gone;
        }

        @Override
        public String toString() {
            return name;
        }

        AppendReply reply(String what) {
            return new AppendReply() {
                @Override
                public void acknowledged(long base, long appendTimeMs, long logStartOffset) {
                    answers.add(what);
                }

                @Override
                public void refused(ErrorCode error, String message) {
                    answers.add(what + " " + error);
                }

                @Override
                public Sender sender() {
                    return Client.this;
                }
            };
        }
    }

    /** The test's own thread. */
    private static final class OneThread implements Loop {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void afterThisPass(Runnable task) {
            task.run();
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public Timer schedule(long delayMs, Runnable task) {
            throw new UnsupportedOperationException();
        }
    }
}
