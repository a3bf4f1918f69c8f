package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.protocol.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Since when partitions cannot be read where a reader stands, as their leaders hold damaged bytes
 * or a failed disk there. Where other replicas have the records it is over soon: the bytes are
 * mended, or another node leads. Where it is not, a stream must say so rather than wait in silence.
 * Belongs to one reader.
 */
final class Damage {

    private final long patienceNanos;
    private final Map<Integer, Long> sinceNanos = new HashMap<>(2);

    Damage(long patienceMs) {
        this.patienceNanos = patienceMs * 1_000_000;
    }

    /**
     * Takes note; a read of what has been so for too long, or stays so; null where there is none.
     */
    @Nullable PartitionRead lasting(List<PartitionRead> reads, long nowNanos) {
        PartitionRead lasting = null;
        for (PartitionRead read : reads) {
            int partition = read.partition();
            switch (read) {
                case PartitionRead.Unavailable(int index, ErrorCode error) -> {
                    if (error == ErrorCode.KAFKA_STORAGE_ERROR) {
                        long since = sinceNanos.computeIfAbsent(partition, p -> nowNanos);
                        lasting = nowNanos - since >= patienceNanos ? read : lasting;
                    }
                }
                case PartitionRead.Damaged damaged -> lasting = damaged;
                case PartitionRead.Records found -> sinceNanos.remove(partition);
                case PartitionRead.OutOfRange jump -> sinceNanos.remove(partition);
            }
        }
        return lasting;
    }

    /** Those concerned were told. */
    void told(int partition) {
        sinceNanos.remove(partition);
    }
}
