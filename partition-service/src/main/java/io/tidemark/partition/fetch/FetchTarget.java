package io.tidemark.partition.fetch;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;

/**
 * What a fetch wants of one partition.
 *
 * @param topic empty where the request names topics by an id that is not known
 * @param currentLeaderEpoch -1 where the client names none
 */
record FetchTarget(
        Uuid topicId,
        String topic,
        int partition,
        int currentLeaderEpoch,
        long fetchOffset,
        int partitionMaxBytes) {

    static FetchTarget of(Uuid topicId, String topic, FetchPartition wanted) {
        return new FetchTarget(
                topicId,
                topic,
                wanted.partition(),
                wanted.currentLeaderEpoch(),
                wanted.fetchOffset(),
                wanted.partitionMaxBytes());
    }

    Key key() {
        return new Key(topicId, topicId.equals(Uuid.ZERO_UUID) ? topic : "", partition);
    }

    /** Names a partition as the client does: by id, or by name in older versions. */
    record Key(Uuid topicId, String topic, int partition) {}
}
