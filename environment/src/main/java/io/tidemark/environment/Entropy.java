package io.tidemark.environment;

/** A source of randomness, so that a simulation can be repeated from its seed. */
public interface Entropy {

    /** A uniformly distributed long. */
    long nextLong();

    /** A uniformly distributed int in {@code [0, bound)}; {@code bound} is at least 1. */
    int nextInt(int bound);
}
