package io.tidemark.partition.fetch;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;

/**
 * What a fetch wants of one partition.
 *
 * @param topic empty where the request names topics by an id that is not known
 * @param currentLeaderEpoch -1 where the client names none
 * @param lastFetchedEpoch of the record before the offset, where a replica asks; -1 where unknown
 * @param highWatermark as the replica knows it; {@link Long#MAX_VALUE} where it does not say
 */
record FetchTarget(
        Uuid topicId,
        String topic,
        int partition,
        int currentLeaderEpoch,
        long fetchOffset,
        int partitionMaxBytes,
        int lastFetchedEpoch,
        long highWatermark) {

    static FetchTarget of(Uuid topicId, String topic, FetchPartition wanted) {
        return new FetchTarget(
                topicId,
                topic,
                wanted.partition(),
                wanted.currentLeaderEpoch(),
                wanted.fetchOffset(),
                wanted.partitionMaxBytes(),
                wanted.lastFetchedEpoch(),
                wanted.highWatermark());
    }

    Key key() {
        return new Key(topicId, topicId.equals(Uuid.ZERO_UUID) ? topic : "", partition);
    }

    /** Names a partition as the client does: by id, or by name in older versions. */
    record Key(Uuid topicId, String topic, int partition) {}
}
