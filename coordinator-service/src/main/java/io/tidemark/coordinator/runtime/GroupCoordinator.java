package io.tidemark.coordinator.runtime;

import io.netty.channel.EventLoop;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.group.GroupLog;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.coordinator.group.table.Groups;
import io.tidemark.coordinator.quorum.Quorum;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of this coordinator, which has them only while it leads. Safe for any thread; the
 * groups belong to the thread {@code coordinator-groups}; what their patterns match is found on
 * {@code coordinator-patterns}.
 *
 * <pre>
 *  follows -- leads --> loads -- an empty entry is applied --> serves
 *     ^                   ^                                       |
 *     |                   +------ an entry's fate is uncertain ---+
 *     +--------------------------------------- leads no more -----+
 * </pre>
 */
public final class GroupCoordinator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCoordinator.class);
    private static final long RETRY_MS = 100;
    private static final long COUNT_MS = 5_000;
    private static final long RELOAD_MS = 5_000;

    private final Quorum quorum;
    private final GroupStates committed;
    private final Supplier<ClusterImage> image;
    private final GroupParts parts;
    private final Clock clock;
    private final Entropy entropy;
    private final GroupThread thread;
    private final CoordinatorThread patternThread;
    private final HandOver handOver;
    private volatile Map<String, Integer> counts = Map.of();

    // Of the groups' thread:
    private @Nullable Groups serving;
    private @Nullable GroupLog log;
    private boolean leading;

    /** Counts the times that groups are loaded or dropped: what was begun before is void. */
    private long turn;

    GroupCoordinator(
            Quorum quorum,
            GroupStates committed,
            Supplier<ClusterImage> image,
            GroupParts parts,
            Clock clock,
            Entropy entropy,
            OwnedThreads threads) {
        this.thread = new GroupThread(threads);
        this.patternThread = new CoordinatorThread("coordinator-patterns", threads);
        this.handOver = new HandOver(thread);
        this.quorum = quorum;
        this.committed = committed;
        this.image = image;
        this.parts = parts;
        this.clock = clock;
        this.entropy = entropy;
    }

    /**
     * Asks the groups.
     *
     * @param question called on the groups' thread
     * @param refusal makes the response where this coordinator does not lead (NOT_COORDINATOR) or
     *     has yet to load its groups (COORDINATOR_LOAD_IN_PROGRESS)
     * @return completes on the groups' thread
     */
    public <T> CompletionStage<T> ask(
            Function<Groups, CompletionStage<T>> question, Function<ErrorCode, T> refusal) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        thread.execute(() -> answer(question, refusal, answer));
        return answer;
    }

    /**
     * The same for requests that an event loop reads: those that it reads in one go are handed over
     * together, in their order.
     *
     * @param loop the caller's
     */
    public <T> CompletionStage<T> ask(
            EventLoop loop,
            Function<Groups, CompletionStage<T>> question,
            Function<ErrorCode, T> refusal) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        handOver.execute(loop, () -> answer(question, refusal, answer));
        return answer;
    }

    private <T> void answer(
            Function<Groups, CompletionStage<T>> question,
            Function<ErrorCode, T> refusal,
            CompletableFuture<T> answer) {
        Groups groups = serving;
        try {
            if (groups == null) {
                answer.complete(
                        refusal.apply(
                                leading
                                        ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
                                        : ErrorCode.NOT_COORDINATOR));
                return;
            }
            question.apply(groups)
                    .whenComplete(
                            (response, failure) -> {
                                if (failure == null) {
                                    answer.complete(response);
                                } else {
                                    answer.completeExceptionally(failure);
                                }
                            });
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /** The threads are watched over from now on. */
    void watchedBy(ThreadWatch watch) {
        thread.watchedBy(watch);
        patternThread.watchedBy(watch);
    }

    /** This coordinator has begun to lead. */
    void lead() {
        thread.execute(
                () -> {
                    leading = true;
                    reload();
                });
    }

    /** This coordinator leads no more. */
    void resign() {
        thread.execute(
                () -> {
                    leading = false;
                    drop();
                });
    }

    /**
     * The metadata has changed.
     *
     * @param deltas empty where what changed is not known
     */
    void metadataChanged(List<Delta> deltas) {
        thread.execute(
                () -> {
                    if (serving != null) {
                        serving.metadataChanged(deltas);
                    }
                });
    }

    /**
     * Groups by type and state ({@code classic/Stable}), as of some seconds ago; none where this
     * coordinator does not lead.
     */
    public Map<String, Integer> countByState() {
        return counts;
    }

    private void drop() {
        turn++;
        counts = Map.of();
        if (log != null) {
            log.end();
        }
        if (serving != null) {
            serving.close(ErrorCode.NOT_COORDINATOR);
            serving = null;
        }
    }

    private void reload() {
        drop();
        long mine = turn;
        CompletionStage<Void> settled =
                log == null ? CompletableFuture.completedFuture(null) : log.settled();
        settled.thenRun(() -> thread.execute(() -> catchUp(mine)));
    }

    /** Once an empty entry is applied, so is whatever of earlier entries ever will be. */
    private void catchUp(long mine) {
        if (mine != turn) {
            return;
        }
        quorum.propose(GroupEntries.empty())
                .whenComplete(
                        (applied, failure) ->
                                thread.execute(
                                        () -> {
                                            if (mine != turn) {
                                                return;
                                            }
                                            if (failure == null) {
                                                serveOrRetry(mine);
                                            } else {
                                                thread.schedule(RETRY_MS, () -> catchUp(mine));
                                            }
                                        }));
    }

    /** Groups that cannot be loaded because of a bug are not passed over: it is tried, and told. */
    private void serveOrRetry(long mine) {
        try {
            serve();
        } catch (RuntimeException e) {
            LOG.error("The groups cannot be loaded; next try in {} ms", RELOAD_MS, e);
            thread.schedule(
                    RELOAD_MS,
                    () -> {
                        if (mine == turn) {
                            reload();
                        }
                    });
        }
    }

    private void serve() {
        boolean alone = quorum.status().members().size() <= 1;
        GroupLog fresh =
                new GroupLog(
                        quorum::propose,
                        thread::execute,
                        clock,
                        parts.observer(),
                        alone,
                        this::uncertain);
        GroupRuntime runtime = new GroupRuntime(fresh, committed.copy());
        Patterns patterns = new Patterns(image, thread, patternThread::execute, thread::execute);
        GroupWorld world =
                new GroupWorld(clock, thread, entropy, runtime, image, patterns, parts.settings());
        Groups groups = new Groups(world, parts.classic(), parts.consumer());
        log = fresh;
        groups.load();
        serving = groups;
        LOG.info("This coordinator serves {} groups", runtime.decided().size());
        count(turn);
    }

    private void uncertain() {
        LOG.warn("The fate of changes of groups is not known: loading groups anew");
        if (leading) {
            reload();
        } else {
            drop();
        }
    }

    private void count(long mine) {
        if (mine == turn && serving != null) {
            thread.schedule(COUNT_MS, () -> count(mine));
            counts = Map.copyOf(serving.countByState());
        }
    }

    @Override
    public void close() {
        resign();
        thread.close();
        patternThread.close();
    }
}
