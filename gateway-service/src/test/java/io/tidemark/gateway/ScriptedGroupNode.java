package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.BufferBytes;
import io.tidemark.protocol.record.Compression;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.transport.EventLoops;
import java.net.BindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.jspecify.annotations.Nullable;

/**
 * A node over a real socket with one topic in memory and groups, to whose members it deals out the
 * partitions in turn, each only once its former owner has let it go.
 */
final class ScriptedGroupNode implements AutoCloseable {

    private static final int HEARTBEAT_MS = 50;
    private static final long FETCH_PAUSE_MS = 20;

    private final EventLoopGroup loops = EventLoops.create(1, "scripted-group");
    private final KafkaServer server;
    private final int partitions;
    private final List<List<String>> log = new ArrayList<>();
    private final Map<String, Group> groups = new HashMap<>();
    private Uuid topicId = Uuid.ZERO_UUID;
    private @Nullable ErrorCode refusal;

    private static final class Group {
        private final Map<String, Member> members = new LinkedHashMap<>();
        private final Map<Integer, Long> committed = new TreeMap<>();
        private int epoch;
    }

    private static final class Member {
        private int epoch;
        private SortedSet<Integer> owned = new TreeSet<>();
    }

    ScriptedGroupNode(int partitions) throws BindException {
        this.partitions = partitions;
        for (int i = 0; i < partitions; i++) {
            log.add(new ArrayList<>());
        }
        server =
                ScriptedApi.serve(
                        loops,
                        2_000,
                        List.of(
                                new ScriptedApi<FetchRequestData, FetchResponseData>(
                                        1, 4, 17, this::fetch),
                                new ScriptedApi<ListOffsetsRequestData, ListOffsetsResponseData>(
                                        2, 1, 9, this::listOffsets),
                                new ScriptedApi<OffsetCommitRequestData, OffsetCommitResponseData>(
                                        8, 2, 9, this::commit),
                                new ScriptedApi<OffsetFetchRequestData, OffsetFetchResponseData>(
                                        9, 8, 9, this::fetchOffsets),
                                new ScriptedApi<
                                        ConsumerGroupHeartbeatRequestData,
                                        ConsumerGroupHeartbeatResponseData>(
                                        68, 0, 1, this::heartbeat)));
    }

    int port() {
        return server.address().getPort();
    }

    void serve(Uuid id) {
        topicId = id;
    }

    /** Whoever joins from now on is told this. */
    synchronized void refuse(ErrorCode error) {
        refusal = error;
    }

    synchronized void append(int partition, String... values) {
        log.get(partition).addAll(List.of(values));
    }

    private Group group(String name) {
        return groups.computeIfAbsent(name, key -> new Group());
    }

    synchronized int members(String group) {
        return group(group).members.size();
    }

    synchronized Map<Integer, Long> committed(String group) {
        return new TreeMap<>(group(group).committed);
    }

    private synchronized CompletionStage<ConsumerGroupHeartbeatResponseData> heartbeat(
            ConsumerGroupHeartbeatRequestData request) {
        var answer = new ConsumerGroupHeartbeatResponseData().setHeartbeatIntervalMs(HEARTBEAT_MS);
        if (refusal != null) {
            return done(answer.setErrorCode(refusal.number()).setErrorMessage("by order"));
        }
        Group group = group(request.groupId());
        if (request.memberEpoch() < 0) {
            group.members.remove(request.memberId());
            group.epoch++;
            return done(answer.setMemberId(request.memberId()).setMemberEpoch(-1));
        }
        Member member = group.members.get(request.memberId());
        if (request.memberEpoch() == 0 && member == null) {
            member = new Member();
            group.members.put(request.memberId(), member);
            group.epoch++;
        } else if (member == null) {
            return done(answer.setErrorCode(ErrorCode.UNKNOWN_MEMBER_ID.number()));
        }
        if (request.topicPartitions() != null) {
            SortedSet<Integer> owned = new TreeSet<>();
            request.topicPartitions().forEach(each -> owned.addAll(each.partitions()));
            member.owned = owned;
        }
        member.epoch = group.epoch;
        List<Integer> given = given(group, request.memberId());
        member.owned.addAll(given);
        var assignment = new ConsumerGroupHeartbeatResponseData.Assignment();
        if (!given.isEmpty()) {
            assignment.setTopicPartitions(
                    List.of(
                            new ConsumerGroupHeartbeatResponseData.TopicPartitions()
                                    .setTopicId(topicId)
                                    .setPartitions(given)));
        }
        return done(
                answer.setMemberId(request.memberId())
                        .setMemberEpoch(group.epoch)
                        .setAssignment(assignment));
    }

    private List<Integer> given(Group group, String memberId) {
        List<String> ids = List.copyOf(group.members.keySet());
        List<Integer> given = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            int number = partition;
            boolean free =
                    group.members.entrySet().stream()
                            .noneMatch(
                                    each ->
                                            !each.getKey().equals(memberId)
                                                    && each.getValue().owned.contains(number));
            if (ids.get(partition % ids.size()).equals(memberId) && free) {
                given.add(partition);
            }
        }
        return given;
    }

    private synchronized CompletionStage<OffsetCommitResponseData> commit(
            OffsetCommitRequestData request) {
        Group group = group(request.groupId());
        Member member = group.members.get(request.memberId());
        ErrorCode error =
                member == null
                        ? ErrorCode.UNKNOWN_MEMBER_ID
                        : member.epoch == request.generationIdOrMemberEpoch()
                                ? ErrorCode.NONE
                                : ErrorCode.STALE_MEMBER_EPOCH;
        OffsetCommitResponseData answer = new OffsetCommitResponseData();
        for (var topic : request.topics()) {
            List<OffsetCommitResponseData.OffsetCommitResponsePartition> each = new ArrayList<>();
            for (var partition : topic.partitions()) {
                if (error == ErrorCode.NONE) {
                    group.committed.put(partition.partitionIndex(), partition.committedOffset());
                }
                each.add(
                        new OffsetCommitResponseData.OffsetCommitResponsePartition()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(error.number()));
            }
            answer.topics()
                    .add(
                            new OffsetCommitResponseData.OffsetCommitResponseTopic()
                                    .setName(topic.name())
                                    .setPartitions(each));
        }
        return done(answer);
    }

    private synchronized CompletionStage<OffsetFetchResponseData> fetchOffsets(
            OffsetFetchRequestData request) {
        OffsetFetchResponseData answer = new OffsetFetchResponseData();
        for (var group : request.groups()) {
            var found =
                    new OffsetFetchResponseData.OffsetFetchResponseGroup()
                            .setGroupId(group.groupId());
            for (var topic : group.topics()) {
                var offsets =
                        new OffsetFetchResponseData.OffsetFetchResponseTopics()
                                .setName(topic.name());
                for (int partition : topic.partitionIndexes()) {
                    offsets.partitions()
                            .add(
                                    new OffsetFetchResponseData.OffsetFetchResponsePartitions()
                                            .setPartitionIndex(partition)
                                            .setCommittedOffset(
                                                    group(group.groupId())
                                                            .committed
                                                            .getOrDefault(partition, -1L))
                                            .setMetadata(""));
                }
                found.topics().add(offsets);
            }
            answer.groups().add(found);
        }
        return done(answer);
    }

    private synchronized CompletionStage<ListOffsetsResponseData> listOffsets(
            ListOffsetsRequestData request) {
        ListOffsetsResponseData answer = new ListOffsetsResponseData();
        for (var topic : request.topics()) {
            var found =
                    new ListOffsetsResponseData.ListOffsetsTopicResponse().setName(topic.name());
            for (var partition : topic.partitions()) {
                found.partitions()
                        .add(
                                new ListOffsetsResponseData.ListOffsetsPartitionResponse()
                                        .setPartitionIndex(partition.partitionIndex())
                                        .setOffset(
                                                partition.timestamp() == -2
                                                        ? 0
                                                        : log.get(partition.partitionIndex())
                                                                .size()));
            }
            answer.topics().add(found);
        }
        return done(answer);
    }

    private CompletionStage<FetchResponseData> fetch(FetchRequestData request) {
        CompletableFuture<FetchResponseData> answer = new CompletableFuture<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.maxWaitMs());
        fetch(request, end, answer);
        return answer;
    }

    private void fetch(
            FetchRequestData request, long end, CompletableFuture<FetchResponseData> answer) {
        Map<Integer, Long> asked = new HashMap<>();
        for (var topic : request.topics()) {
            topic.partitions().forEach(each -> asked.put(each.partition(), each.fetchOffset()));
        }
        boolean any;
        synchronized (this) {
            any =
                    asked.entrySet().stream()
                            .anyMatch(e -> log.get(e.getKey()).size() > e.getValue());
        }
        if (!any && System.nanoTime() < end) {
            loops.schedule(
                    () -> fetch(request, end, answer), FETCH_PAUSE_MS, TimeUnit.MILLISECONDS);
            return;
        }
        var topic = new FetchResponseData.FetchableTopicResponse().setTopicId(topicId);
        topic.setTopic(FixedControlPlane.TOPIC);
        asked.forEach((partition, offset) -> topic.partitions().add(read(partition, offset)));
        answer.complete(new FetchResponseData().setResponses(List.of(topic)));
    }

    private synchronized FetchResponseData.PartitionData read(int partition, long offset) {
        List<String> all = log.get(partition);
        var data =
                new FetchResponseData.PartitionData()
                        .setPartitionIndex(partition)
                        .setHighWatermark(all.size())
                        .setLogStartOffset(0)
                        .setLastStableOffset(all.size());
        if (offset < all.size()) {
            BatchBuilder builder =
                    new BatchBuilder(UnpooledByteBufAllocator.DEFAULT, Compression.NONE, 4_096);
            int to = (int) Math.min(all.size(), offset + 100);
            for (String value : all.subList((int) offset, to)) {
                builder.append(
                        1_000, null, Unpooled.wrappedBuffer(value.getBytes(UTF_8)), List.of());
            }
            ByteBuf batch = builder.build(BatchHeader.NO_PRODUCER_ID, (short) -1, -1);
            batch.setLong(0, offset);
            data.setRecords(new BufferBytes(batch));
        }
        return data;
    }

    private static <T> CompletionStage<T> done(T answer) {
        return CompletableFuture.completedFuture(answer);
    }

    @Override
    public void close() {
        server.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
