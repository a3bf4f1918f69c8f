package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tidemark.protocol.record.FileBytes;
import io.tidemark.protocol.record.RecordBytes;
import io.tidemark.protocol.transport.EventLoops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records in and out through real sockets: large frames, files, slow readers, a small budget. */
class RecordPathIT {
    private static final short PRODUCE_VERSION = 9;
    private static final short FETCH_VERSION = 12;

    enum Loops {
        NATIVE,
        NIO
    }

    @TempDir private Path directory;
    private EventLoopGroup loops = EventLoops.create(2, "test");
    private ServerConfig config = ServerConfig.of("PLAINTEXT", "127.0.0.1", 0);
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicInteger fetches = new AtomicInteger();
    private @Nullable TestFile file;
    private @Nullable KafkaServer server;

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            KafkaServer stopped = server;
            stopped.close();
            await(() -> stopped.bytesInFlight() == 0);
        }
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        if (file != null) {
            file.close();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void use(Loops kind) {
        if (kind == Loops.NIO) {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
            loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        }
    }

    private RawClient start() throws IOException {
        server =
                KafkaServer.start(
                        config,
                        loops,
                        List.of(
                                FunctionHandler.all(ApiMessageType.PRODUCE, this::produce),
                                FunctionHandler.all(ApiMessageType.FETCH, this::fetch),
                                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                                        ApiMessageType.METADATA,
                                        (c, r) ->
                                                CompletableFuture.completedFuture(
                                                        new MetadataResponseData()))));
        return new RawClient(server.address());
    }

    /** Answers each partition with the CRC of its records as the offset. */
    private CompletionStage<@Nullable ProduceResponseData> produce(
            RequestContext context, ProduceRequestData request) {
        ProduceResponseData response = new ProduceResponseData();
        for (var topic : request.topicData()) {
            var answer = new ProduceResponseData.TopicProduceResponse().setName(topic.name());
            response.responses().add(answer);
            for (var partition : topic.partitionData()) {
                ByteBuffer records = RecordBytes.of(partition);
                CRC32C crc = new CRC32C();
                if (records != null) {
                    crc.update(records.duplicate());
                }
                answer.partitionResponses()
                        .add(
                                new ProduceResponseData.PartitionProduceResponse()
                                        .setIndex(partition.index())
                                        .setBaseOffset(crc.getValue()));
            }
        }
        return CompletableFuture.completedFuture(request.acks() == 0 ? null : response);
    }

    /** Partition p asks for maxBytes bytes of the file from fetchOffset on. */
    private CompletionStage<@Nullable FetchResponseData> fetch(
            RequestContext context, FetchRequestData request) {
        fetches.incrementAndGet();
        FetchResponseData response = new FetchResponseData();
        for (var topic : request.topics()) {
            var answer = new FetchResponseData.FetchableTopicResponse().setTopic(topic.topic());
            response.responses().add(answer);
            for (var partition : topic.partitions()) {
                answer.partitions()
                        .add(
                                new FetchResponseData.PartitionData()
                                        .setPartitionIndex(partition.partition())
                                        .setRecords(
                                                new FileBytes(
                                                        java.util.Objects.requireNonNull(file),
                                                        partition.fetchOffset(),
                                                        partition.partitionMaxBytes(),
                                                        released::incrementAndGet)));
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private static ProduceRequestData produceRequest(int acks, byte[]... partitions) {
        var topic = new ProduceRequestData.TopicProduceData().setName("t");
        for (int i = 0; i < partitions.length; i++) {
            topic.partitionData()
                    .add(
                            new ProduceRequestData.PartitionProduceData()
                                    .setIndex(i)
                                    .setRecords(
                                            MemoryRecords.readableRecords(
                                                    ByteBuffer.wrap(partitions[i]))));
        }
        ProduceRequestData request = new ProduceRequestData().setAcks((short) acks);
        request.topicData().add(topic);
        return request;
    }

    private static FetchRequestData fetchRequest(int... positionsAndLengths) {
        var topic = new FetchRequestData.FetchTopic().setTopic("t");
        for (int i = 0; i < positionsAndLengths.length; i += 2) {
            topic.partitions()
                    .add(
                            new FetchRequestData.FetchPartition()
                                    .setPartition(i / 2)
                                    .setFetchOffset(positionsAndLengths[i])
                                    .setPartitionMaxBytes(positionsAndLengths[i + 1]));
        }
        FetchRequestData request = new FetchRequestData();
        request.topics().add(topic);
        return request;
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static long crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    @ParameterizedTest
    @EnumSource(Loops.class)
    void shouldReceiveRecordsOfAnySizeUnharmed(Loops kind) throws Exception {
        use(kind);
        try (RawClient client = start()) {
            int id = 0;
            for (int size : new int[] {1, 900, 40_000, 70_000, 5_000_000, 2_000, 300_000, 20}) {
                byte[] first = noise(size);
                byte[] second = noise(size + 13);
                client.send(produceRequest(-1, first, second), PRODUCE_VERSION, ++id);
                var partitions =
                        client.receive(new ProduceResponseData(), PRODUCE_VERSION, id)
                                .responses()
                                .iterator()
                                .next()
                                .partitionResponses();
                assertThat(partitions.get(0).baseOffset()).isEqualTo(crc(first));
                assertThat(partitions.get(1).baseOffset()).isEqualTo(crc(second));
            }
        }
    }

    @Test
    void shouldNotAnswerWhenNoAcksAreAskedFor() throws Exception {
        try (RawClient client = start()) {
            for (int id = 0; id < 200; id++) {
                client.send(produceRequest(0, noise(100)), PRODUCE_VERSION, id);
            }
            client.send(produceRequest(1, noise(100)), PRODUCE_VERSION, 777);
            client.receive(new ProduceResponseData(), PRODUCE_VERSION, 777);
        }
    }

    @ParameterizedTest
    @EnumSource(Loops.class)
    void shouldSendFilesUnharmedAndReleaseThemOnce(Loops kind) throws Exception {
        use(kind);
        byte[] content = noise(4_000_000);
        for (boolean zeroCopy : new boolean[] {true, false}) {
            released.set(0);
            file = new TestFile(directory.resolve("log"), content, zeroCopy);
            try (RawClient client = start()) {
                int[] ranges = {0, 3_000_000, 17, 100, 5, 0, 1_000_000, 16_384, 100, 16_383};
                client.send(fetchRequest(ranges), FETCH_VERSION, 1);
                var partitions =
                        client.receive(new FetchResponseData(), FETCH_VERSION, 1)
                                .responses()
                                .getFirst()
                                .partitions();
                for (int i = 0; i < partitions.size(); i++) {
                    assertThat(RecordBytes.of(partitions.get(i)))
                            .as("partition %d, zero copy %s", i, zeroCopy)
                            .isEqualTo(ByteBuffer.wrap(content, ranges[2 * i], ranges[2 * i + 1]));
                }
                await(() -> released.get() == 5);
                java.util.Objects.requireNonNull(server).close();
            }
        }
    }

    @Test
    void shouldAnswerWithAStorageErrorWhenTheFileIsShorterThanPromised() throws Exception {
        file = new TestFile(directory.resolve("log"), noise(100), false);
        try (RawClient client = start()) {
            client.send(fetchRequest(0, 50, 0, 200), FETCH_VERSION, 1);
            FetchResponseData response = client.receive(new FetchResponseData(), FETCH_VERSION, 1);
            assertThat(response.errorCode())
                    .isEqualTo(io.tidemark.protocol.ErrorCode.KAFKA_STORAGE_ERROR.number());
            await(() -> released.get() == 2);
        }
    }

    @ParameterizedTest
    @EnumSource(Loops.class)
    void shouldHoldFewResponsesForASlowReader(Loops kind) throws Exception {
        use(kind);
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        1000,
                        100_000,
                        4,
                        10,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5));
        byte[] content = noise(4_000_000);
        file = new TestFile(directory.resolve("log"), content, true);
        int count = 40;
        try (RawClient client = start()) {
            for (int id = 0; id < count; id++) {
                client.send(fetchRequest(0, content.length), FETCH_VERSION, id);
            }
            await(() -> fetches.get() - released.get() >= 4);
            for (int id = 0; id < count; id++) {
                assertThat(fetches.get() - released.get()).isLessThanOrEqualTo(5);
                var partition =
                        client.receive(new FetchResponseData(), FETCH_VERSION, id)
                                .responses()
                                .getFirst()
                                .partitions()
                                .getFirst();
                assertThat(RecordBytes.of(partition)).isEqualTo(ByteBuffer.wrap(content));
            }
            await(() -> released.get() == count);
        }
    }

    @Test
    void shouldReleaseFilesWhenTheReaderGoesAway() throws Exception {
        file = new TestFile(directory.resolve("log"), noise(8_000_000), true);
        try (RawClient client = start()) {
            for (int id = 0; id < 10; id++) {
                client.send(fetchRequest(0, 8_000_000), FETCH_VERSION, id);
            }
            await(() -> fetches.get() == 10);
        }
        await(() -> released.get() == 10);
    }

    @Test
    void shouldServeEverybodyInTurnWhenTheBudgetIsSmall() throws Exception {
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        2_000_000,
                        1_500_000,
                        4,
                        50,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5));
        byte[] records = noise(1_000_000);
        try (RawClient first = start()) {
            Thread[] clients = new Thread[8];
            AtomicInteger answered = new AtomicInteger();
            for (int c = 0; c < clients.length; c++) {
                clients[c] =
                        Thread.ofPlatform()
                                .start(
                                        () -> {
                                            try (RawClient client =
                                                    new RawClient(
                                                            java.util.Objects.requireNonNull(server)
                                                                    .address())) {
                                                for (int id = 0; id < 5; id++) {
                                                    client.send(
                                                            produceRequest(-1, records),
                                                            PRODUCE_VERSION,
                                                            id);
                                                }
                                                for (int id = 0; id < 5; id++) {
                                                    client.receive(
                                                            new ProduceResponseData(),
                                                            PRODUCE_VERSION,
                                                            id);
                                                    answered.incrementAndGet();
                                                }
                                            } catch (IOException e) {
                                                throw new java.io.UncheckedIOException(e);
                                            }
                                        });
            }
            for (Thread client : clients) {
                client.join();
            }
            assertThat(answered.get()).isEqualTo(40);
            first.send(new MetadataRequestData(), (short) 9, 1);
            first.receive(new MetadataResponseData(), (short) 9, 1);
        }
    }
}
