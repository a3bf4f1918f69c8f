package io.tidemark.partition.replication;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.jspecify.annotations.Nullable;

/** A partition that is copied from its leader. Called on its loop only. */
public interface Followed {

    Uuid topicId();

    int index();

    /**
     * What to ask for next; null where it cannot be asked for now: what came last is not safe yet,
     * or it is not followed any more.
     */
    @Nullable FetchPosition position();

    /**
     * Takes a leader's answer.
     *
     * @param asked what was asked for; the answer is void where the log has moved since
     * @param answer with records that lie in the answer's frame, which is only lent
     */
    Taken take(FetchPosition asked, PartitionData answer);

    /** What became of an answer. */
    enum Taken {
        /** It can be asked for again at once. */
        DONE,
        /** Records were appended; {@link ReplicaFetcher#progressed} follows when they are safe. */
        SYNCING,
        /** The leader refused, or the disk did: worth another try a little later. */
        LATER
    }
}
