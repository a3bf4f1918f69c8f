package io.tidemark.environment;

import java.util.SplittableRandom;

/** Randomness that a seed decides: the same seed gives the same values. One thread at a time. */
public final class SeededEntropy implements Entropy {
    private final SplittableRandom random;

    public SeededEntropy(long seed) {
        this(new SplittableRandom(seed));
    }

    private SeededEntropy(SplittableRandom random) {
        this.random = random;
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /** Another source, independent of what is drawn from this one later. */
    public SeededEntropy split() {
        return new SeededEntropy(random.split());
    }
}
