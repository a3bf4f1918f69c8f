package io.tidemark.gateway.group;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.protocol.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Asks the coordinator of groups, over the Kafka protocol. Any living node passes such requests on
 * (ADR 110), so a group's requests go to one node, by the hash of its name, and to the next where
 * that one fails. Safe for any thread; stages complete on a connection's loop or a timer's thread.
 */
public final class GroupLink {

    /**
     * Connections to a node that groups share. Members are spread over them; a member keeps its
     * lane, so that what it sends arrives in order.
     */
    private static final int LANES = 16;

    /** For requests that belong to no member. */
    public static final Lane ADMIN = new Lane("group-admin");

    /** For one attempt: as long as a new coordinator may take, so that it is not asked twice. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ClusterView view;
    private final PartitionClient client;
    private final Clock clock;
    private final Timers timers;
    private final AtomicInteger lanes = new AtomicInteger();

    public GroupLink(ClusterView view, PartitionClient client, Clock clock, Timers timers) {
        this.view = view;
        this.client = client;
        this.clock = clock;
        this.timers = timers;
    }

    /** When a request is sent again. */
    public enum Repeat {
        /** Also where it may have been carried out: doing it twice is doing it once. */
        ALWAYS,
        /** Only where it certainly was not. */
        IF_NOT_CARRIED_OUT
    }

    /** A lane for a member. Any number of members may ask. */
    public Lane newLane() {
        return new Lane("group-" + Math.floorMod(lanes.getAndIncrement(), LANES));
    }

    /**
     * Asks until there is an answer that is not a retriable error, or the time is over.
     *
     * @param group whose node is asked; any text for a request that is of no single group
     * @param request makes the request, anew for each attempt
     * @param reader says what a response means; it must not keep slices of it, which is closed
     *     afterwards
     * @param timeout over all attempts
     * @return fails with an {@link io.tidemark.gateway.error.ApiErrorException} that names the last
     *     obstacle, as {@link GroupErrors} puts it
     */
    public <S extends ApiMessage, T> CompletionStage<T> ask(
            String group,
            Lane lane,
            Supplier<ApiMessage> request,
            Function<S, Reply<T>> reader,
            Repeat repeat,
            Duration timeout) {
        long deadlineNanos = clock.nanos() + timeout.toNanos();
        GroupQuestion<S, T> question =
                new GroupQuestion<>(this, group, lane, request, reader, repeat, deadlineNanos);
        question.ask();
        return question.result();
    }

    /** The living nodes, in the order in which a group's requests try them. */
    List<Integer> nodes(String group) {
        List<Integer> living =
                view.image().nodes().values().stream()
                        .filter(node -> !node.fenced())
                        .map(NodeImage::id)
                        .toList();
        if (living.size() < 2) {
            return living;
        }
        int first = Math.floorMod(spread(group.hashCode()), living.size());
        return IntStream.range(0, living.size())
                .mapToObj(i -> living.get((first + i) % living.size()))
                .toList();
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 16;
    }

    <S extends ApiMessage> CompletionStage<Response<S>> send(
            int node, Lane lane, ApiMessage request, Duration limit) {
        return client.send(node, lane, request, limit.compareTo(PATIENCE) < 0 ? limit : PATIENCE);
    }

    /** Runs {@code then} after a wait. */
    void pause(long waitMs, Runnable then) {
        timers.schedule(waitMs, then);
    }

    Clock clock() {
        return clock;
    }
}
