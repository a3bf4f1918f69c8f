package io.tidemark.benchmark;

/**
 * One figure of one side in one run.
 *
 * @param metric what was measured, for example {@code produce 1 KB, no fsync}
 * @param side {@code tidemark}, {@code kafka} or {@code bare}
 * @param unit of {@code value}
 */
record Measurement(String metric, String side, String unit, double value) {}
