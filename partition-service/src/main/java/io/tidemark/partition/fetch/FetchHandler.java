package io.tidemark.partition.fetch;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.serving.Loop;
import io.tidemark.partition.serving.Partition;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.Connection;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.jspecify.annotations.Nullable;

/**
 * Fetch, with incremental sessions. A fetch that finds too little waits on its partitions and is
 * woken when their high watermark moves; nothing polls.
 */
public final class FetchHandler extends Api<FetchRequestData, FetchResponseData> {
    private static final short FIRST_VERSION_FROM_FOLLOWERS = 11;
    private static final short FIRST_VERSION_BY_ID = 13;

    private final Routing routing;
    private final Access access;
    private final FetchSessions sessions;
    private final Clock clock;
    private final PartitionMetrics metrics;
    private final int maxBytesPerFetch;
    private final Function<Connection, Loop> loops;
    private final Map<Connection, OfConnection> connections = new ConcurrentHashMap<>();

    /** What a connection has under way; touched on its loop only. */
    private static final class OfConnection {
        private final Set<FetchOperation> waiting = new HashSet<>();
        private int replicaSession = FetchPlan.NO_SESSION;
    }

    /**
     * @param maxBytesPerFetch no fetch gets more, but for a first batch that is larger
     * @param loops the loop that a connection sits on
     */
    public FetchHandler(
            Routing routing,
            Access access,
            FetchSessions sessions,
            Clock clock,
            PartitionMetrics metrics,
            int maxBytesPerFetch,
            Function<Connection, Loop> loops) {
        super(1, 4, 18);
        this.routing = routing;
        this.access = access;
        this.sessions = sessions;
        this.clock = clock;
        this.metrics = metrics;
        this.maxBytesPerFetch = maxBytesPerFetch;
        this.loops = loops;
    }

    @Override
    public CompletionStage<@Nullable FetchResponseData> handle(
            RequestContext context, FetchRequestData request) {
        FetchReader reader = reader(request, context.apiVersion());
        ErrorCode refusal = refusal(context, reader);
        if (refusal != ErrorCode.NONE) {
            return refused(refusal);
        }
        boolean ofReplica = reader instanceof FetchReader.Replica;
        FetchPlan plan =
                FetchPlan.of(
                        request,
                        named(context, request),
                        forgotten(request),
                        byId(context),
                        ofReplica,
                        sessions,
                        clock);
        return switch (plan) {
            case FetchPlan.Refused refused -> refused(refused.error());
            case FetchPlan.Accepted accepted -> {
                if (ofReplica) {
                    replicaFetches(ofConnection(context.connection()), accepted);
                }
                yield fetch(context, request, reader, accepted);
            }
        };
    }

    private static CompletionStage<@Nullable FetchResponseData> refused(ErrorCode error) {
        return CompletableFuture.completedFuture(
                new FetchResponseData().setErrorCode(error.number()));
    }

    private FetchReader reader(FetchRequestData request, short version) {
        int replica = Math.max(request.replicaId(), request.replicaState().replicaId());
        if (replica < 0) {
            return new FetchReader.Consumer(
                    request.rackId(), version >= FIRST_VERSION_FROM_FOLLOWERS);
        }
        boolean live = routing.node(replica).filter(NodeImage::live).isPresent();
        return new FetchReader.Replica(replica, request.replicaState().replicaEpoch(), live);
    }

    /** Only a node of the cluster, in its newest incarnation, fetches as a replica. */
    private ErrorCode refusal(RequestContext context, FetchReader reader) {
        if (!(reader instanceof FetchReader.Replica(int node, long epoch, boolean joinable))) {
            return ErrorCode.NONE;
        }
        if (!access.cluster(context, Operation.CLUSTER_ACTION)) {
            return ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
        }
        boolean newest = routing.node(node).filter(known -> known.epoch() == epoch).isPresent();
        return newest ? ErrorCode.NONE : ErrorCode.STALE_BROKER_EPOCH;
    }

    /**
     * A replica has one session on its connection, and one fetch that waits: with another request
     * it has news that should not wait behind the first.
     */
    private void replicaFetches(OfConnection connection, FetchPlan.Accepted plan) {
        List.copyOf(connection.waiting).forEach(FetchOperation::hurry);
        int session = plan.session().map(FetchSession::id).orElse(FetchPlan.NO_SESSION);
        if (session != connection.replicaSession) {
            sessions.close(connection.replicaSession);
            connection.replicaSession = session;
        }
    }

    private static boolean byId(RequestContext context) {
        return context.apiVersion() >= FIRST_VERSION_BY_ID;
    }

    private List<FetchTarget> named(RequestContext context, FetchRequestData request) {
        List<FetchTarget> targets = new ArrayList<>();
        for (FetchTopic topic : request.topics()) {
            String name =
                    byId(context) ? routing.nameOf(topic.topicId()).orElse("") : topic.topic();
            Uuid id = byId(context) ? topic.topicId() : Uuid.ZERO_UUID;
            for (FetchPartition partition : topic.partitions()) {
                targets.add(FetchTarget.of(id, name, partition));
            }
        }
        return targets;
    }

    private static List<FetchTarget.Key> forgotten(FetchRequestData request) {
        List<FetchTarget.Key> keys = new ArrayList<>();
        for (var topic : request.forgottenTopicsData()) {
            for (int partition : topic.partitions()) {
                keys.add(new FetchTarget.Key(topic.topicId(), topic.topic(), partition));
            }
        }
        return keys;
    }

    private CompletionStage<@Nullable FetchResponseData> fetch(
            RequestContext context,
            FetchRequestData request,
            FetchReader reader,
            FetchPlan.Accepted plan) {
        boolean ofReplica = reader instanceof FetchReader.Replica;
        List<FetchRead.Place> places = new ArrayList<>(plan.targets().size());
        for (FetchTarget target : plan.targets()) {
            places.add(place(context, target, ofReplica));
        }
        CompletableFuture<@Nullable FetchResponseData> future = new CompletableFuture<>();
        FetchResponses responses = new FetchResponses(context, routing, plan, byId(context));
        FetchOperation operation =
                new FetchOperation(
                        loops.apply(context.connection()),
                        places,
                        reader,
                        new PartitionReads(reader, this::standsIn),
                        new FetchOperation.Limits(
                                request.minBytes(),
                                Math.min(request.maxBytes(), maxBytesPerFetch),
                                request.maxWaitMs()),
                        metrics,
                        read -> {
                            metrics.fetched(read.bytes());
                            read.count(ofReplica);
                            future.complete(responses.build(read));
                        });
        operation.start();
        if (operation.waiting() || !future.isDone()) {
            track(ofConnection(context.connection()), operation, future);
        }
        return future;
    }

    private boolean standsIn(int node, String rack) {
        return routing.node(node).flatMap(NodeImage::rack).filter(rack::equals).isPresent();
    }

    private FetchRead.Place place(RequestContext context, FetchTarget target, boolean ofReplica) {
        ErrorCode error = ErrorCode.NONE;
        @Nullable Partition partition = null;
        boolean byId = byId(context);
        // Asked anew: a session may have been told of an id before this node was.
        String topic = byId ? routing.nameOf(target.topicId()).orElse("") : target.topic();
        if (byId && topic.isEmpty()) {
            error = ErrorCode.UNKNOWN_TOPIC_ID;
        } else if (!ofReplica && !access.topic(context, Operation.READ, topic)) {
            error = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
        } else {
            partition =
                    byId
                            ? routing.find(target.topicId(), target.partition())
                            : routing.find(target.topic(), target.partition());
            if (partition == null) {
                error =
                        byId
                                ? routing.absence(target.topicId(), target.partition())
                                : routing.absence(target.topic(), target.partition());
            }
        }
        return new FetchRead.Place(
                target,
                partition,
                partition == null ? PartitionReads.refused(target, error) : null);
    }

    /** On the connection's loop. */
    private OfConnection ofConnection(Connection connection) {
        OfConnection known = connections.get(connection);
        if (known == null) {
            known = new OfConnection();
            connections.put(connection, known);
            connection.onClose(() -> closed(connection));
        }
        return known;
    }

    /** Lets a waiting fetch end with its connection. On the connection's loop. */
    private static void track(
            OfConnection connection,
            FetchOperation operation,
            CompletableFuture<@Nullable FetchResponseData> future) {
        connection.waiting.add(operation);
        future.whenComplete((done, failure) -> connection.waiting.remove(operation));
    }

    private void closed(Connection connection) {
        Optional.ofNullable(connections.remove(connection))
                .ifPresent(
                        gone -> {
                            sessions.close(gone.replicaSession);
                            List.copyOf(gone.waiting).forEach(FetchOperation::cancel);
                        });
    }
}
