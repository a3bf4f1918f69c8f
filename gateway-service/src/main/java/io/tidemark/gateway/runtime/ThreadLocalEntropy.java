package io.tidemark.gateway.runtime;

import io.tidemark.environment.Entropy;
import java.util.concurrent.ThreadLocalRandom;

/** Randomness for spreading load; each thread has its own. */
public enum ThreadLocalEntropy implements Entropy {
    INSTANCE;

    @Override
    public long nextLong() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public int nextInt(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }
}
