package io.tidemark.partition.fetch;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.runtime.Partition;
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
    private static final short FIRST_VERSION_BY_ID = 13;

    private final Routing routing;
    private final Access access;
    private final FetchSessions sessions;
    private final Clock clock;
    private final PartitionMetrics metrics;
    private final int maxBytesPerFetch;
    private final Map<Connection, Set<FetchOperation>> waiting = new ConcurrentHashMap<>();

    /**
     * @param maxBytesPerFetch no fetch gets more, but for a first batch that is larger
     */
    public FetchHandler(
            Routing routing,
            Access access,
            FetchSessions sessions,
            Clock clock,
            PartitionMetrics metrics,
            int maxBytesPerFetch) {
        super(1, 4, 18);
        this.routing = routing;
        this.access = access;
        this.sessions = sessions;
        this.clock = clock;
        this.metrics = metrics;
        this.maxBytesPerFetch = maxBytesPerFetch;
    }

    @Override
    public CompletionStage<@Nullable FetchResponseData> handle(
            RequestContext context, FetchRequestData request) {
        FetchPlan plan =
                FetchPlan.of(
                        request,
                        named(context, request),
                        forgotten(request),
                        byId(context),
                        sessions,
                        clock);
        return switch (plan) {
            case FetchPlan.Refused refused ->
                    CompletableFuture.completedFuture(
                            new FetchResponseData().setErrorCode(refused.error().number()));
            case FetchPlan.Accepted accepted -> fetch(context, request, accepted);
        };
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
            RequestContext context, FetchRequestData request, FetchPlan.Accepted plan) {
        boolean ofReplica = request.replicaId() >= 0 || request.replicaState().replicaId() >= 0;
        List<FetchRead.Place> places = new ArrayList<>(plan.targets().size());
        for (FetchTarget target : plan.targets()) {
            places.add(place(context, target, ofReplica));
        }
        CompletableFuture<@Nullable FetchResponseData> future = new CompletableFuture<>();
        FetchResponses responses = new FetchResponses(context, routing, plan, byId(context));
        FetchOperation operation =
                new FetchOperation(
                        context.connection().eventLoop(),
                        places,
                        new FetchOperation.Limits(
                                request.minBytes(),
                                Math.min(request.maxBytes(), maxBytesPerFetch),
                                request.maxWaitMs()),
                        metrics,
                        read -> {
                            metrics.fetched(read.bytes());
                            future.complete(responses.build(read));
                        });
        operation.start();
        if (operation.waiting() || !future.isDone()) {
            track(context.connection(), operation, future);
        }
        return future;
    }

    private FetchRead.Place place(RequestContext context, FetchTarget target, boolean ofReplica) {
        ErrorCode error = ErrorCode.NONE;
        @Nullable Partition partition = null;
        boolean byId = byId(context);
        // Asked anew: a session may have been told of an id before this node was.
        String topic = byId ? routing.nameOf(target.topicId()).orElse("") : target.topic();
        if (byId && topic.isEmpty()) {
            error = ErrorCode.UNKNOWN_TOPIC_ID;
        } else if (!access.topic(context, Operation.READ, topic)) {
            error = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
        } else if (ofReplica) {
            error = ErrorCode.NOT_LEADER_OR_FOLLOWER; // no other node has a replica of it
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

    /** Lets a waiting fetch end with its connection. On the connection's loop. */
    private void track(
            Connection connection,
            FetchOperation operation,
            CompletableFuture<@Nullable FetchResponseData> future) {
        Set<FetchOperation> ofConnection = waiting.get(connection);
        if (ofConnection == null) {
            ofConnection = new HashSet<>();
            waiting.put(connection, ofConnection);
            connection.onClose(() -> closed(connection));
        }
        Set<FetchOperation> tracked = ofConnection;
        tracked.add(operation);
        future.whenComplete((done, failure) -> tracked.remove(operation));
    }

    private void closed(Connection connection) {
        Optional.ofNullable(waiting.remove(connection))
                .ifPresent(operations -> List.copyOf(operations).forEach(FetchOperation::cancel));
    }
}
