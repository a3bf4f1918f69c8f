package io.tidemark.partition.log;

import io.tidemark.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** All producers with state in one log. */
final class ProducerStates {
    private final Map<Long, ProducerState> producers = new HashMap<>();
    private @Nullable ProducerState latest;

    @Nullable ProducerState find(long producerId) {
        ProducerState known = latest;
        if (known == null || known.producerId() != producerId) {
            known = producers.get(producerId);
            latest = known;
        }
        return known;
    }

    /** Takes a batch into account that is in the log. */
    void appended(ByteBuffer buffer, int at, long nowMs) {
        long producerId = BatchHeader.producerId(buffer, at);
        if (producerId < 0) {
            return;
        }
        short epoch = BatchHeader.producerEpoch(buffer, at);
        ProducerState state = find(producerId);
        if (state == null) {
            state = new ProducerState(producerId, epoch, nowMs);
            put(state);
        }
        state.seen(nowMs);
        if (BatchHeader.isControl(buffer, at)) {
            state.enterEpoch(epoch);
            state.transactionStart(ProducerState.NO_OFFSET);
            return;
        }
        state.add(
                epoch,
                BatchHeader.lastSequence(buffer, at),
                BatchHeader.lastOffset(buffer, at),
                BatchHeader.lastOffsetDelta(buffer, at),
                BatchHeader.maxTimestampMs(buffer, at));
        if (BatchHeader.isTransactional(buffer, at)
                && state.transactionStart() == ProducerState.NO_OFFSET) {
            state.transactionStart(BatchHeader.baseOffset(buffer, at));
        }
    }

    void put(ProducerState state) {
        producers.put(state.producerId(), state);
        latest = state;
    }

    /** Forgets who was not seen since; an open transaction keeps its producer. */
    void expire(long beforeMs) {
        boolean any =
                producers
                        .values()
                        .removeIf(
                                state ->
                                        state.lastSeenMs() < beforeMs
                                                && state.transactionStart()
                                                        == ProducerState.NO_OFFSET);
        if (any) {
            latest = null;
        }
    }

    void clear() {
        producers.clear();
        latest = null;
    }

    Collection<ProducerState> all() {
        return producers.values();
    }

    List<PartitionLog.ProducerEntry> entries() {
        List<PartitionLog.ProducerEntry> entries = new ArrayList<>(producers.size());
        for (ProducerState state : producers.values()) {
            boolean any = state.batches() > 0;
            entries.add(
                    new PartitionLog.ProducerEntry(
                            state.producerId(),
                            state.epoch(),
                            any ? state.lastSequence(state.slot(0)) : BatchHeader.NO_SEQUENCE,
                            any ? state.timestampMs(state.slot(0)) : BatchHeader.NO_TIMESTAMP,
                            state.transactionStart() < 0
                                    ? OptionalLong.empty()
                                    : OptionalLong.of(state.transactionStart())));
        }
        return entries;
    }
}
