package io.tidemark.gateway.shared.instance;

import io.tidemark.environment.Clock;
import java.time.Duration;

class MemoryInstanceDirectoryTest extends InstanceDirectoryContract {

    private long nanos;

    private final Clock clock =
            new Clock() {
                @Override
                public long wallMs() {
                    return nanos / 1_000_000;
                }

                @Override
                public long nanos() {
                    return nanos;
                }
            };

    @Override
    InstanceDirectory directory() {
        return new MemoryInstanceDirectory(BOUNDS, clock);
    }

    @Override
    void pass(Duration time) {
        nanos += time.toNanos();
    }
}
