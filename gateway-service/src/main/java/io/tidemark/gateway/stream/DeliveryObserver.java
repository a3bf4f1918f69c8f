package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.LogRecord;
import java.util.List;

/**
 * Told what is written to streams, and what REST consumers are given. On the threads of tails and
 * instances; must not block.
 */
public interface DeliveryObserver {

    /** Wants to know nothing. */
    DeliveryObserver NONE =
            new DeliveryObserver() {
                @Override
                public boolean watches() {
                    return false;
                }

                @Override
                public void delivered(String topic, List<LogRecord> records) {}
            };

    /** Whether it is told at all; does not change. */
    boolean watches();

    /** Records of one topic were written to one stream, or went out with one answer. */
    void delivered(String topic, List<LogRecord> records);
}
