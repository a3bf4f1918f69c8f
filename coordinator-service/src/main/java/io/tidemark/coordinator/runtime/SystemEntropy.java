package io.tidemark.coordinator.runtime;

import io.tidemark.environment.Entropy;
import java.security.SecureRandom;

/** The machine's entropy, for ids that must not repeat. */
public final class SystemEntropy implements Entropy {
    private final SecureRandom random = new SecureRandom();

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }
}
