package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of a client's traceparent while the gateway itself traces nothing. */
class TraceCarryingIT extends RunningGateway {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private Map<String, String> headersOfLast() {
        return partitions.stored().getLast().headers();
    }

    @Test
    void shouldCarryItInRecordsOfEveryRoute() throws Exception {
        String v2 = "{\"records\":[{\"value\":1},{\"value\":2}]}";
        post("/topics/orders", JSON, v2, "traceparent", PARENT);
        assertThat(partitions.stored())
                .hasSize(2)
                .allSatisfy(
                        record ->
                                assertThat(record.headers()).containsEntry("traceparent", PARENT));

        post("/topics/orders/events", "text/plain", "raw", "traceparent", PARENT);
        assertThat(headersOfLast()).containsExactly(Map.entry("traceparent", PARENT));

        post(
                "/topics/orders/events",
                "application/x-ndjson",
                "{\"value\":3}\n",
                "traceparent",
                PARENT);
        assertThat(headersOfLast()).containsExactly(Map.entry("traceparent", PARENT));

        post(
                "/topics/orders/events",
                "text/plain",
                "once",
                "traceparent",
                PARENT,
                "Idempotency-Key",
                "k1");
        assertThat(headersOfLast()).containsExactly(Map.entry("traceparent", PARENT));
    }

    @Test
    void shouldAddNothingWhereTheClientSentNone() throws Exception {
        post("/topics/orders/events", "text/plain", "raw");
        assertThat(headersOfLast()).isEmpty();

        post("/topics/orders/events", "text/plain", "raw", "traceparent", "nonsense");
        assertThat(headersOfLast()).isEmpty();
    }

    @Test
    void shouldLeaveARecordsOwnAsItIs() throws Exception {
        String own = PARENT.replace("4bf9", "aaaa");
        post(
                "/topics/orders/events",
                "text/plain",
                "raw",
                "traceparent",
                PARENT,
                "X-Header-traceparent",
                own);

        assertThat(headersOfLast()).containsExactly(Map.entry("traceparent", own));
    }
}
