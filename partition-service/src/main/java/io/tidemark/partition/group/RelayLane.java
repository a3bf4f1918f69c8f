package io.tidemark.partition.group;

import io.netty.channel.EventLoop;
import io.tidemark.environment.Clock;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * What one client's connection asks of the coordinator, in order. Belongs to the connection's event
 * loop.
 *
 * <pre>
 *  open    -- an attempt must be repeated --> halting: nothing is sent until nothing is under way
 *  halting -- the last attempt is over    --> seeking: a leader is looked for, again and again
 *  seeking -- found                       --> open: what must be repeated goes first, in its order
 * </pre>
 */
final class RelayLane {
    private static final long BACKOFF_MS = 50;
    private static final long WATCH_MS = 2_000;

    private final String name;
    private final EventLoop loop;
    private final KafkaClient client;
    private final CoordinatorLookup lookup;
    private final Clock clock;

    private final ArrayDeque<Relayed> queue = new ArrayDeque<>();

    /** Under way or to be repeated, by the number of the attempt that came first. */
    private final TreeMap<Long, Relayed> again = new TreeMap<>();

    private @Nullable NodeAddress target;
    private State state = State.SEEKING;
    private boolean asking;
    private boolean closed;
    private long sent;
    private int underWay;
    private int waitingForOthers;
    private boolean watching;

    private enum State {
        OPEN,
        HALTING,
        SEEKING
    }

    RelayLane(
            String name,
            EventLoop loop,
            KafkaClient client,
            CoordinatorLookup lookup,
            Clock clock) {
        this.name = name;
        this.loop = loop;
        this.client = client;
        this.lookup = lookup;
        this.clock = clock;
    }

    CompletionStage<ApiMessage> add(Relayed request) {
        queue.add(request);
        proceed();
        return request.answer;
    }

    private void proceed() {
        switch (state) {
            case OPEN -> sendAll();
            case HALTING -> {}
            case SEEKING -> seek();
        }
    }

    private void sendAll() {
        NodeAddress leader = target;
        while (leader != null && state == State.OPEN && !queue.isEmpty()) {
            send(leader, queue.remove());
        }
    }

    private void send(NodeAddress leader, Relayed request) {
        long number = sent++;
        underWay++;
        if (request.waitsForOthers()) {
            waitingForOthers++;
            watch();
        }
        client.<EnvelopeResponseData>send(leader, name, request.envelope(), request.timeout())
                .whenComplete(
                        (response, failure) -> {
                            Relayed.Outcome outcome =
                                    request.attempted(response, failure, clock.nanos());
                            if (loop.inEventLoop()) {
                                attempted(leader, number, request, outcome);
                            } else {
                                loop.execute(() -> attempted(leader, number, request, outcome));
                            }
                        });
    }

    private void attempted(
            NodeAddress leader, long number, Relayed request, Relayed.Outcome outcome) {
        underWay--;
        if (request.waitsForOthers()) {
            waitingForOthers--;
        }
        if (outcome == Relayed.Outcome.AGAIN) {
            again.put(number, request);
            lookup.forget(leader);
            if (state == State.OPEN) {
                state = State.HALTING;
            }
        }
        if (state == State.HALTING && underWay == 0) {
            state = State.SEEKING;
            Iterator<Relayed> last = again.descendingMap().values().iterator();
            while (last.hasNext()) {
                queue.addFirst(last.next());
            }
            again.clear();
            later();
        }
    }

    private void later() {
        loop.schedule(this::seek, BACKOFF_MS, TimeUnit.MILLISECONDS);
    }

    private void seek() {
        dropLate();
        if (asking || queue.isEmpty() || state != State.SEEKING) {
            return;
        }
        asking = true;
        lookup.find()
                .whenComplete(
                        (leader, failure) -> loop.execute(() -> sought(leader, failure == null)));
    }

    private void sought(@Nullable NodeAddress leader, boolean found) {
        asking = false;
        if (closed) {
            return;
        }
        if (!found || leader == null) {
            dropLate();
            later();
            return;
        }
        if (target != null && !target.equals(leader)) {
            client.closeLane(target, name);
        }
        target = leader;
        state = State.OPEN;
        sendAll();
    }

    private void dropLate() {
        long nowNanos = clock.nanos();
        queue.removeIf(
                request -> {
                    boolean late = request.isOutOfTime(nowNanos);
                    if (late) {
                        request.giveUp();
                    }
                    return late;
                });
    }

    /** A coordinator that is suspended says nothing to those who wait: looks whether it leads. */
    private void watch() {
        if (!watching) {
            watching = true;
            loop.schedule(
                    () -> {
                        watching = false;
                        if (waitingForOthers > 0 && !closed) {
                            lookup.watch();
                            watch();
                        }
                    },
                    WATCH_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** The client is gone. */
    void close() {
        closed = true;
        queue.forEach(Relayed::giveUp);
        queue.clear();
        if (target != null) {
            client.closeLane(target, name);
        }
    }
}
