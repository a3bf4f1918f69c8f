package io.tidemark.benchmark;

import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.ClientConfig;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import io.tidemark.protocol.client.Response;
import io.tidemark.protocol.transport.EventLoops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * Groups without consumers: the bare protocol, so that thousands of members cost the machine little
 * beside the broker. One connection for each member.
 */
final class RawGroups implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final EventLoopGroup loops = EventLoops.create(1, "raw-groups");
    private final KafkaClient client =
            new KafkaClient(loops, new ClientConfig("bench", Duration.ofSeconds(10), 16 << 20));
    private final NodeAddress bootstrap;
    private volatile boolean closed;

    RawGroups(String bootstrapServers) {
        String first = bootstrapServers.split(",")[0];
        int colon = first.lastIndexOf(':');
        bootstrap =
                new NodeAddress(
                        first.substring(0, colon), Integer.parseInt(first.substring(colon + 1)));
    }

    /**
     * Commits for {@code seconds}, one partition's offset a request, and counts what was answered:
     * each group on a connection of its own.
     *
     * @param underWay requests that each group has under way
     */
    double commitsPerSecond(String topic, int groups, int underWay, double seconds)
            throws Exception {
        Uuid topicId = topicId(topic);
        AtomicLong answered = new AtomicLong();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<CompletableFuture<Void>> loopsOfCommits = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            String group = "commits-" + groups + "-" + underWay + "-" + g;
            NodeAddress node = coordinator(group);
            for (int i = 0; i < underWay; i++) {
                CompletableFuture<Void> done = new CompletableFuture<>();
                loopsOfCommits.add(done);
                commit(node, group, topic, topicId, answered, end, done);
            }
        }
        CompletableFuture.allOf(loopsOfCommits.toArray(CompletableFuture[]::new))
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        return answered.get() / ((System.nanoTime() - start) / 1e9);
    }

    private void commit(
            NodeAddress node,
            String group,
            String topic,
            Uuid topicId,
            AtomicLong answered,
            long endNanos,
            CompletableFuture<Void> done) {
        if (System.nanoTime() > endNanos) {
            done.complete(null);
            return;
        }
        var partition =
                new OffsetCommitRequestData.OffsetCommitRequestPartition()
                        .setPartitionIndex(0)
                        .setCommittedOffset(answered.get())
                        .setCommittedMetadata("");
        var request =
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setGenerationIdOrMemberEpoch(-1)
                        .setTopics(
                                List.of(
                                        new OffsetCommitRequestData.OffsetCommitRequestTopic()
                                                .setName(topic)
                                                .setTopicId(topicId)
                                                .setPartitions(List.of(partition))));
        this.<OffsetCommitResponseData, Short>ask(
                        node,
                        group,
                        request,
                        response ->
                                response.topics().getFirst().partitions().getFirst().errorCode())
                .whenComplete(
                        (error, failure) -> {
                            if (failure != null || error != 0) {
                                done.completeExceptionally(
                                        new IllegalStateException(
                                                "a commit failed: " + error, failure));
                            } else {
                                answered.incrementAndGet();
                                commit(node, group, topic, topicId, answered, endNanos, done);
                            }
                        });
    }

    /** Version 10 of OffsetCommit names topics by their ids. */
    private Uuid topicId(String topic) throws Exception {
        var request =
                new MetadataRequestData()
                        .setTopics(
                                List.of(
                                        new MetadataRequestData.MetadataRequestTopic()
                                                .setName(topic)));
        return this.<MetadataResponseData, Uuid>ask(
                        bootstrap,
                        "find",
                        request,
                        response -> response.topics().iterator().next().topicId())
                .toCompletableFuture()
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Joins members of the KIP-848 protocol, and has them do as they are told: send heartbeats,
     * give partitions up, and say what they hold.
     */
    void join(String topic, int groups, int membersOfEach) throws Exception {
        List<CompletableFuture<Void>> joined = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            String group = "idle-" + g;
            NodeAddress node = coordinator(group);
            for (int m = 0; m < membersOfEach; m++) {
                CompletableFuture<Void> first = new CompletableFuture<>();
                joined.add(first);
                beat(node, group, Uuid.randomUuid().toString(), 0, topic, null, first);
            }
        }
        CompletableFuture.allOf(joined.toArray(CompletableFuture[]::new))
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private void beat(
            NodeAddress node,
            String group,
            String member,
            int epoch,
            String topic,
            @Nullable List<TopicPartitions> held,
            CompletableFuture<Void> joined) {
        if (closed) {
            return;
        }
        var request =
                new ConsumerGroupHeartbeatRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setMemberEpoch(epoch)
                        .setTopicPartitions(held);
        if (epoch == 0) {
            request.setSubscribedTopicNames(List.of(topic))
                    .setRebalanceTimeoutMs(60_000)
                    .setTopicPartitions(List.of());
        }
        this.<ConsumerGroupHeartbeatResponseData, ConsumerGroupHeartbeatResponseData>ask(
                        node, group + member, request, Function.identity())
                .whenComplete(
                        (response, failure) -> {
                            if (closed) {
                                return;
                            }
                            if (failure != null || response.errorCode() != 0) {
                                joined.completeExceptionally(
                                        new IllegalStateException(
                                                "a member was refused: "
                                                        + (response == null
                                                                ? failure
                                                                : ErrorCode.of(
                                                                        response.errorCode()))));
                                return;
                            }
                            joined.complete(null);
                            var unused =
                                    loops.schedule(
                                            () ->
                                                    beat(
                                                            node,
                                                            group,
                                                            member,
                                                            response.memberEpoch(),
                                                            topic,
                                                            held(response),
                                                            joined),
                                            response.heartbeatIntervalMs(),
                                            TimeUnit.MILLISECONDS);
                        });
    }

    /** What a member of just this assignment has; null where it is told nothing new. */
    private static @Nullable List<TopicPartitions> held(
            ConsumerGroupHeartbeatResponseData response) {
        return response.assignment() == null
                ? null
                : response.assignment().topicPartitions().stream()
                        .map(
                                topic ->
                                        new TopicPartitions()
                                                .setTopicId(topic.topicId())
                                                .setPartitions(topic.partitions()))
                        .toList();
    }

    private NodeAddress coordinator(String group) throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            var request =
                    new FindCoordinatorRequestData()
                            .setKeyType((byte) 0)
                            .setCoordinatorKeys(List.of(group));
            FindCoordinatorResponseData response =
                    this.<FindCoordinatorResponseData, FindCoordinatorResponseData>ask(
                                    bootstrap, "find", request, Function.identity())
                            .toCompletableFuture()
                            .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            var found = response.coordinators().getFirst();
            if (found.errorCode() == 0) {
                return new NodeAddress(found.host(), found.port());
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "no coordinator: " + ErrorCode.of(found.errorCode()));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private <S extends ApiMessage, T> CompletionStage<T> ask(
            NodeAddress node, String lane, ApiMessage request, Function<S, T> read) {
        return client.<S>send(node, lane, request, TIMEOUT)
                .thenApply(
                        (Response<S> response) -> {
                            try (response) {
                                return read.apply(response.message());
                            }
                        });
    }

    @Override
    public void close() {
        closed = true;
        client.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
}
