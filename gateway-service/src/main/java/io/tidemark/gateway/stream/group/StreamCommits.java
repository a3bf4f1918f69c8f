package io.tidemark.gateway.stream.group;

import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupMember;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.stream.Feed;
import io.tidemark.gateway.stream.SharedOutlet;
import io.tidemark.protocol.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What a stream commits: by itself what its socket has taken, or what its client acknowledges, who
 * then has a credit. Belongs to the stream's loop, but for {@link #use}.
 */
final class StreamCommits {

    private final GroupStreams parts;
    private final GroupMember member;
    private final TakenOffsets offsets;
    private final @Nullable Uncommitted credit;
    private final Runnable creditAgain;
    private boolean committing;
    private long lastCommitNanos;
    private long lastLookNanos;

    /**
     * @param creditAgain run where the client may be sent more again
     */
    StreamCommits(
            GroupStreams parts, GroupMember member, GroupStreamQuery query, Runnable creditAgain) {
        this.parts = parts;
        this.member = member;
        this.offsets = new TakenOffsets(parts.properties().settle().toNanos());
        int asked = query.maxUncommitted();
        int max = asked > 0 ? asked : parts.properties().maxUncommitted();
        this.credit = query.manual() ? new Uncommitted(max) : null;
        this.creditAgain = creditAgain;
        this.lastCommitNanos = parts.clock().nanos();
    }

    /** Uses up the credit of one record; false where there is none. Any thread. */
    boolean use(TopicPartition partition, long offset) {
        return credit == null || credit.use(partition, offset);
    }

    /** A partition is read from now on; see {@link TakenOffsets#begin}. */
    void begin(TopicPartition partition, long change, long start) {
        offsets.begin(partition, change, start);
    }

    /** The socket has taken everything of a topic up to this place. */
    void taken(Uuid topicId, Feed.Place place) {
        offsets.taken(topicId, place);
    }

    /** Partitions are read no more, and nothing of them is to be committed. */
    void forget(Collection<TopicPartition> partitions) {
        boolean freed = false;
        for (TopicPartition each : partitions) {
            offsets.end(each);
            freed |= credit != null && credit.forget(each);
        }
        if (freed) {
            creditAgain.run();
        }
    }

    /** What is due by now. */
    void tick(SharedOutlet outlet, Collection<TopicPartition> reading) {
        long now = parts.clock().nanos();
        offsets.mark(now, outlet.takenBytes(), outlet.drainedNanos());
        if (credit != null) {
            lookForOthersCommits(credit, now, reading);
        } else if (!committing
                && now - lastCommitNanos >= parts.properties().commitInterval().toNanos()) {
            commit(offsets.settled());
        }
    }

    /** A client may acknowledge at any gateway: out of credit, the stream looks for itself. */
    private void lookForOthersCommits(
            Uncommitted limited, long now, Collection<TopicPartition> reading) {
        if (limited.exhausted() && now - lastLookNanos >= GroupStreams.LOOK_NANOS) {
            lastLookNanos = now;
            member.committed(List.copyOf(reading), GroupStreams.TIMEOUT)
                    .thenAccept(
                            found -> found.forEach((each, at) -> acknowledged(each, at.offset())));
        }
    }

    /**
     * Commits what can be of some partitions before they go; of those whose client acknowledges,
     * nothing. The outcome is counted; a failure is passed on.
     *
     * @param all what the socket has taken, settled or not
     */
    CompletionStage<?> commitLast(Collection<TopicPartition> partitions, boolean all) {
        SortedMap<TopicPartition, Long> last = all ? offsets.taken() : offsets.settled();
        last.keySet().retainAll(partitions);
        return commit(last);
    }

    /** The same of all partitions. */
    CompletionStage<?> commitLast(boolean all) {
        return commit(all ? offsets.taken() : offsets.settled());
    }

    private CompletionStage<?> commit(SortedMap<TopicPartition, Long> wanted) {
        if (credit != null || wanted.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        committing = true;
        lastCommitNanos = parts.clock().nanos();
        return send(wanted)
                .whenComplete(
                        (outcome, failure) -> {
                            committing = false;
                            if (failure != null) {
                                parts.failed(member.group(), "a commit", failure);
                            }
                        });
    }

    /** Commits, whoever asks for it. */
    CompletionStage<SortedMap<TopicPartition, ErrorCode>> send(
            SortedMap<TopicPartition, Long> wanted) {
        SortedMap<TopicPartition, CommittedOffset> sent = new TreeMap<>();
        wanted.forEach((each, offset) -> sent.put(each, CommittedOffset.at(offset)));
        return member.commit(sent, GroupStreams.TIMEOUT)
                .thenApply(
                        outcome -> {
                            outcome.forEach(
                                    (each, error) -> {
                                        Long offset = wanted.get(each);
                                        if (error == ErrorCode.NONE && offset != null) {
                                            parts.committed();
                                            acknowledged(each, offset);
                                        }
                                    });
                            return outcome;
                        });
    }

    private void acknowledged(TopicPartition partition, long offset) {
        offsets.committed(partition, offset);
        if (credit != null && credit.acknowledge(partition, offset)) {
            creditAgain.run();
        }
    }
}
