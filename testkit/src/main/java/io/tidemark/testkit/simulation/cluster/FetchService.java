package io.tidemark.testkit.simulation.cluster;

import io.netty.buffer.Unpooled;
import io.tidemark.environment.Timers.Timer;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.replica.ReplicaFetch;
import io.tidemark.partition.serving.FetchWaiter;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.ReplicaAnswer;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BufferBytes;
import io.tidemark.testkit.simulation.SimulatedNetwork.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.jspecify.annotations.Nullable;

/** Answers the fetches of followers, in sessions (KIP-227), from the real partitions. */
final class FetchService {
    private static final int MAX_SESSIONS = 64;

    private final PartitionNode node;
    private final NodeLife life;
    private final Map<Integer, Session> sessions = new LinkedHashMap<>();
    private int made;

    /** What one follower wants, and the fetch of it that waits. */
    private static final class Session {
        private final int id;
        private final Map<Integer, FetchPartition> wanted = new LinkedHashMap<>();
        private int nextEpoch = 1;
        private @Nullable Waiting waiting;

        private Session(int id) {
            this.id = id;
        }
    }

    FetchService(PartitionNode node, NodeLife life) {
        this.node = node;
        this.life = life;
    }

    void serve(FetchRequestData request, Reply<FetchResponseData> reply) {
        if (request.replicaState().replicaId() < 0) {
            reply.with(committed(request));
            return;
        }
        Session session = session(request);
        if (session == null) {
            boolean known = sessions.containsKey(request.sessionId());
            ErrorCode error =
                    known
                            ? ErrorCode.INVALID_FETCH_SESSION_EPOCH
                            : ErrorCode.FETCH_SESSION_ID_NOT_FOUND;
            reply.with(new FetchResponseData().setErrorCode(error.number()));
            return;
        }
        if (session.waiting != null) {
            session.waiting.finish();
        }
        request.topics()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                wanted ->
                                                        session.wanted.put(
                                                                wanted.partition(), wanted)));
        request.forgottenTopicsData()
                .forEach(topic -> topic.partitions().forEach(session.wanted::remove));
        new Waiting(session, request, reply).start();
    }

    /** Answers as a consumer is answered: what is committed, once, outside of any session. */
    private FetchResponseData committed(FetchRequestData request) {
        FetchableTopicResponse topic =
                new FetchableTopicResponse()
                        .setTopicId(life.topicId())
                        .setPartitions(new ArrayList<>());
        request.topics()
                .forEach(
                        wanted ->
                                wanted.partitions()
                                        .forEach(p -> topic.partitions().add(committed(p))));
        FetchResponseData response = new FetchResponseData();
        response.responses().add(topic);
        return response;
    }

    private PartitionData committed(FetchPartition wanted) {
        PartitionData data = nothing(wanted);
        Partition partition = life.partition(wanted.partition());
        ErrorCode refusal =
                partition == null
                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                        : partition.admission().readRefusal(wanted.currentLeaderEpoch());
        if (partition == null || refusal != ErrorCode.NONE) {
            return data.setErrorCode(refusal.number());
        }
        PartitionLog log = partition.log();
        long end = partition.replica().highWatermark();
        if (wanted.fetchOffset() < log.logStartOffset()
                || wanted.fetchOffset() > log.logEndOffset()) {
            return data.setErrorCode(ErrorCode.OFFSET_OUT_OF_RANGE.number());
        }
        return wanted.fetchOffset() >= end ? data : readTo(end, partition, wanted, data);
    }

    /** Reads at least one batch of what lies below {@code end}. */
    private static PartitionData readTo(
            long end, Partition partition, FetchPartition wanted, PartitionData data) {
        try {
            return switch (partition
                    .log()
                    .read(wanted.fetchOffset(), end, wanted.partitionMaxBytes(), true)) {
                case ReadOutcome.Bytes bytes ->
                        data.setRecords(
                                new BufferBytes(
                                        Unpooled.wrappedBuffer(PartitionNode.bytes(bytes))));
                case ReadOutcome.OutOfRange range ->
                        data.setErrorCode(ErrorCode.OFFSET_OUT_OF_RANGE.number());
                case ReadOutcome.Corrupt corrupt -> {
                    partition.damaged();
                    yield data.setErrorCode(ErrorCode.KAFKA_STORAGE_ERROR.number());
                }
            };
        } catch (IOException e) {
            partition.failed(e);
            return data.setErrorCode(ErrorCode.KAFKA_STORAGE_ERROR.number());
        }
    }

    private static PartitionData nothing(FetchPartition wanted) {
        return new PartitionData()
                .setPartitionIndex(wanted.partition())
                .setRecords(new BufferBytes(Unpooled.EMPTY_BUFFER));
    }

    private @Nullable Session session(FetchRequestData request) {
        if (request.sessionEpoch() <= 0) {
            sessions.remove(request.sessionId());
            if (sessions.size() >= MAX_SESSIONS) {
                sessions.remove(sessions.keySet().iterator().next());
            }
            Session opened = new Session(++made);
            sessions.put(opened.id, opened);
            return opened;
        }
        Session known = sessions.get(request.sessionId());
        if (known == null || known.nextEpoch != request.sessionEpoch()) {
            return null;
        }
        known.nextEpoch++;
        return known;
    }

    /** One fetch: answered at once where there is news, else after the wait it asks for. */
    private final class Waiting {
        private final Session session;
        private final FetchRequestData request;
        private final Reply<FetchResponseData> reply;
        private final List<FetchWaiter.Watch> watches = new ArrayList<>();
        private @Nullable Timer timer;
        private boolean news;
        private boolean readBefore;
        private boolean done;

        private Waiting(Session session, FetchRequestData request, Reply<FetchResponseData> reply) {
            this.session = session;
            this.request = request;
            this.reply = reply;
        }

        void start() {
            FetchResponseData response = read();
            if (news || request.maxWaitMs() <= 0) {
                done = true;
                reply.with(response);
                return;
            }
            session.waiting = this;
            for (int index : session.wanted.keySet()) {
                Partition partition = life.partition(index);
                if (partition != null) {
                    watches.add(partition.watch(bytes -> finish(), true));
                }
            }
            timer = node.schedule(request.maxWaitMs(), this::finish);
        }

        void finish() {
            if (!done) {
                done = true;
                session.waiting = null;
                watches.forEach(FetchWaiter.Watch::cancel);
                if (timer != null) {
                    timer.cancel();
                }
                reply.with(read());
            }
        }

        private FetchResponseData read() {
            Map<Integer, PartitionData> found = new HashMap<>();
            FetchableTopicResponse topic =
                    new FetchableTopicResponse()
                            .setTopicId(life.topicId())
                            .setPartitions(new ArrayList<>());
            for (FetchPartition wanted : List.copyOf(session.wanted.values())) {
                PartitionData data = found.computeIfAbsent(wanted.partition(), p -> read(wanted));
                topic.partitions().add(data);
            }
            readBefore = true;
            FetchResponseData response = new FetchResponseData().setSessionId(session.id);
            response.responses().add(topic);
            return response;
        }

        private PartitionData read(FetchPartition wanted) {
            PartitionData data = nothing(wanted).setHighWatermark(-1).setLogStartOffset(-1);
            Partition partition = life.partition(wanted.partition());
            if (partition == null) {
                return refuse(data, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            }
            ReplicaFetch fetch =
                    new ReplicaFetch(
                            request.replicaState().replicaId(),
                            request.replicaState().replicaEpoch(),
                            joinable(),
                            wanted.fetchOffset(),
                            wanted.lastFetchedEpoch());
            return switch (partition.fetched(fetch, wanted.currentLeaderEpoch(), !readBefore)) {
                case ReplicaAnswer.Reads reads -> {
                    PartitionData found = read(partition, wanted, data);
                    int bytes = found.records().sizeInBytes();
                    if (bytes > 0) {
                        partition.handedOut(fetch.nodeId(), fetch.fetchOffset(), bytes);
                    }
                    yield found;
                }
                case ReplicaAnswer.Diverges(int epoch, long endOffset) -> {
                    news = true;
                    data.divergingEpoch().setEpoch(epoch).setEndOffset(endOffset);
                    yield known(partition, data);
                }
                case ReplicaAnswer.OutOfRange(long logStartOffset) -> {
                    refuse(data, ErrorCode.OFFSET_OUT_OF_RANGE);
                    yield data.setLogStartOffset(logStartOffset);
                }
                case ReplicaAnswer.Refused(ErrorCode error) -> refuse(data, error);
            };
        }

        private boolean joinable() {
            NodeImage replica = life.newest().nodes().get(request.replicaState().replicaId());
            return replica != null
                    && replica.live()
                    && replica.epoch() == request.replicaState().replicaEpoch();
        }

        private PartitionData read(Partition partition, FetchPartition wanted, PartitionData data) {
            long end = partition.log().logEndOffset();
            known(partition, data);
            if (wanted.fetchOffset() < end) {
                readTo(end, partition, wanted, data);
                news |= data.errorCode() != 0 || data.records().sizeInBytes() > 0;
            }
            return data;
        }

        private static PartitionData known(Partition partition, PartitionData data) {
            return data.setHighWatermark(partition.replica().highWatermark())
                    .setLastStableOffset(partition.log().logEndOffset())
                    .setLogStartOffset(partition.log().logStartOffset());
        }

        private PartitionData refuse(PartitionData data, ErrorCode error) {
            news = true;
            return data.setErrorCode(error.number());
        }
    }
}
