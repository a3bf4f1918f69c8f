package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.gateway.consume.PartitionsReader;
import io.tidemark.gateway.consume.PartitionsReader.Answer;
import io.tidemark.gateway.consume.PartitionsReader.From;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.group.position.ConsumerPositions;
import io.tidemark.gateway.group.position.ConsumerPositions.Spot;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches for one read: first what is there, ahead or of all leaders at once; where that is
 * nothing, each leader is waited for, and the first to answer is the answer. Belongs to the
 * instance's loop.
 */
final class LogFetch {

    /** How long a leader holds a fetch: a change of leaders is met after that. */
    private static final int SLICE_MS = 1_000;

    /** Of a fetch that waits: what comes first is small mostly. */
    private static final int WAITING_BYTES = 256 << 10;

    private final RestConsumer consumer;
    private final ConsumerParts parts;
    private final ConsumerPositions positions;
    private final ReadQuery query;
    private final Consumer<List<Answer>> found;
    private final Consumer<ApiError> failed;
    private final long deadlineNanos;

    /** Partitions that a fetch is under way for. */
    private final Set<TopicPartition> asked = new HashSet<>();

    /** Too little for the query, but better than nothing. */
    private final Map<TopicPartition, Answer> little = new TreeMap<>();

    private boolean looked;
    private int looking;
    private List<Answer> seen = new ArrayList<>();
    private int failures;
    private boolean pausing;
    private boolean answered;
    private @Nullable ApiError obstacle;

    /** What will not come, however long it is waited for. */
    private @Nullable ApiError lost;

    private boolean stopped;

    LogFetch(
            RestConsumer consumer,
            ReadQuery query,
            Consumer<List<Answer>> found,
            Consumer<ApiError> failed) {
        this.consumer = consumer;
        this.parts = consumer.parts();
        this.positions = consumer.positions();
        this.query = query;
        this.found = found;
        this.failed = failed;
        this.deadlineNanos =
                parts.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(query.timeoutMs());
    }

    void stop() {
        stopped = true;
        little.clear();
        seen = List.of();
    }

    /** Fetches what can be read and is not being fetched. */
    void readOn() {
        if (stopped || pausing || looking > 0 || takesAhead()) {
            return;
        }
        Map<Integer, List<From>> byLeader = byLeader();
        if (byLeader.isEmpty()) {
            return;
        }
        if (looked) {
            byLeader.forEach(this::waitFor);
        } else {
            looking = byLeader.size();
            seen = new ArrayList<>();
            byLeader.forEach(this::look);
        }
    }

    private Map<Integer, List<From>> byLeader() {
        ReadPlan plan =
                ReadPlan.of(
                        parts,
                        positions.readable().stream()
                                .filter(spot -> !asked.contains(spot.partition()))
                                .toList());
        for (TopicPartition partition : plan.leaderless()) {
            obstacle =
                    ApiError.of(
                            ErrorCode.LEADER_NOT_AVAILABLE,
                            "Partition %d of topic '%s' has no leader."
                                    .formatted(partition.partition(), partition.topic()));
        }
        if (!plan.leaderless().isEmpty()) {
            pause();
        }
        return plan.byLeader();
    }

    // ---- what is there

    /** Whether that was fetched ahead: then it need not be looked for. */
    private boolean takesAhead() {
        if (looked) {
            return false;
        }
        looking = 1;
        boolean taken = consumer.ahead().take(this::ahead);
        if (!taken) {
            looking = 0;
        }
        return taken;
    }

    private void ahead(List<Answer> answers) {
        looking = 0;
        List<Answer> valid =
                answers.stream()
                        .filter(answer -> positions.isAt(ReadPlan.spot(answer.from())))
                        .toList();
        if (valid.isEmpty()) {
            readOn();
        } else if (!stopped) {
            looked = true;
            answered = true;
            offer(valid);
        }
    }

    private void look(int leader, List<From> wanted) {
        mark(wanted, true);
        parts.look(
                leader,
                wanted,
                query.maxBytes(),
                consumer.loop(),
                (answers, failure) -> lookedAt(wanted, answers, failure));
    }

    private void lookedAt(
            List<From> wanted, @Nullable List<Answer> answers, @Nullable Throwable failure) {
        mark(wanted, false);
        looking--;
        if (stopped) {
            return;
        }
        if (answers == null) {
            unreachable(failure);
        } else {
            seen.addAll(take(answers));
        }
        if (looking > 0 || stopped) {
            return;
        }
        looked = true;
        List<Answer> all = seen;
        seen = List.of();
        offer(all);
    }

    // ---- what comes

    private void waitFor(int leader, List<From> wanted) {
        long leftMs =
                Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - parts.clock().nanos()));
        int lane;
        try {
            lane = parts.lanes().take();
        } catch (io.tidemark.gateway.error.ApiErrorException e) {
            failed.accept(e.error());
            return;
        }
        mark(wanted, true);
        int maxBytes = Math.max(query.minBytes(), Math.min(query.maxBytes(), WAITING_BYTES));
        PartitionsReader.Limits limits =
                new PartitionsReader.Limits(
                        (int) Math.min(leftMs, SLICE_MS),
                        query.minBytes(),
                        maxBytes,
                        ReadPlan.share(wanted.size(), maxBytes));
        parts.reader()
                .fetch(leader, Lanes.of(lane), wanted, limits)
                .whenComplete(
                        (answers, failure) -> {
                            parts.lanes().give(lane);
                            consumer.loop().execute(() -> came(wanted, answers, failure));
                        });
    }

    private void came(
            List<From> wanted, @Nullable List<Answer> answers, @Nullable Throwable failure) {
        mark(wanted, false);
        if (stopped) {
            return;
        }
        if (answers == null) {
            unreachable(failure);
            readOn();
        } else {
            offer(take(answers));
        }
    }

    /** Hands on what suffices, keeps what is too little, and reads on. */
    private void offer(List<Answer> answers) {
        if (stopped) {
            return;
        }
        for (Answer each : answers) {
            little.put(ReadPlan.spot(each.from()).partition(), each);
        }
        long bytes = 0;
        for (Answer each : little.values()) {
            bytes += bytes(each);
        }
        if (bytes > 0 && (bytes >= query.minBytes() || lost != null)) {
            handOn();
        } else if (lost != null) {
            failed.accept(lost);
        } else {
            readOn();
        }
    }

    private void handOn() {
        List<Answer> all = new ArrayList<>(little.values());
        // Whoever was first this time is last the next: none waits for ever behind a limit.
        java.util.Collections.rotate(all, -consumer.nextTurn(all.size()));
        little.clear();
        found.accept(all);
    }

    private static long bytes(Answer answer) {
        if (!(answer.read() instanceof PartitionRead.Records found)) {
            return 0;
        }
        long bytes = 0;
        for (var record : found.records()) {
            bytes += Math.max(1, record.sizeBytes());
        }
        return bytes;
    }

    /** The time is over: what there is has to do. */
    void timeIsOver() {
        if (!little.isEmpty()) {
            handOn();
        } else if (!answered && obstacle != null) {
            failed.accept(obstacle);
        }
    }

    // ---- answers

    /** What holds records; the rest is dealt with. */
    private List<Answer> take(List<Answer> answers) {
        List<Answer> records = new ArrayList<>();
        boolean again = false;
        for (Answer answer : answers) {
            Spot spot = ReadPlan.spot(answer.from());
            switch (answer.read()) {
                case PartitionRead.Records found -> {
                    answered = true;
                    if (!found.records().isEmpty()) {
                        records.add(answer);
                    } else if (found.nextOffset() > spot.offset()) {
                        positions.skip(spot, found.nextOffset());
                    }
                }
                case PartitionRead.OutOfRange range -> {
                    consumer.offsetLost(spot);
                    again = true;
                }
                case PartitionRead.Damaged damaged -> {
                    lost = damaged.error(spot.partition().topic(), spot.offset());
                    again = true;
                }
                case PartitionRead.Unavailable(int index, ErrorCode error) -> {
                    obstacle =
                            ApiError.of(
                                    error,
                                    "Partition %d of topic '%s' cannot be read: %s."
                                            .formatted(
                                                    index,
                                                    spot.partition().topic(),
                                                    error.name()
                                                            .toLowerCase(java.util.Locale.ROOT)
                                                            .replace('_', ' ')));
                    again = true;
                }
            }
        }
        if (again) {
            pause();
        } else {
            failures = 0;
        }
        return records;
    }

    private void unreachable(@Nullable Throwable failure) {
        obstacle = failure == null ? ApiError.unavailable("No answer.") : ErrorMapping.of(failure);
        pause();
    }

    private void pause() {
        if (pausing) {
            return;
        }
        pausing = true;
        failures++;
        consumer.loop()
                .schedule(
                        () -> {
                            pausing = false;
                            readOn();
                        },
                        PartitionClient.backoffMs(failures),
                        TimeUnit.MILLISECONDS);
    }

    private void mark(List<From> partitions, boolean underWay) {
        for (From each : partitions) {
            TopicPartition partition = ReadPlan.spot(each).partition();
            if (underWay) {
                asked.add(partition);
            } else {
                asked.remove(partition);
            }
        }
    }
}
