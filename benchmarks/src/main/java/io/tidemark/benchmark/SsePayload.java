package io.tidemark.benchmark;

/** The value of every event of the SSE workload: about 200 characters. */
final class SsePayload {
    private SsePayload() {}

    static String text(String marker) {
        return "a record of two hundred characters ".repeat(5) + marker;
    }
}
