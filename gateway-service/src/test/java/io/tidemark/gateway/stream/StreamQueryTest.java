package io.tidemark.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.stream.EventFormat.Media;
import io.tidemark.gateway.stream.EventFormat.Values;
import io.tidemark.gateway.stream.StreamStart.From;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamQueryTest {

    private static final Cursor CURSOR =
            Cursor.of(new Uuid(1, 2), new int[] {0, 1}, new long[] {12, 40});

    private static StreamQuery parse(String query) {
        return StreamQuery.parse("/topics/t/events" + query, new DefaultHttpHeaders());
    }

    @Test
    void shouldFollowFromNowOnAsServerSentEventsByDefault() {
        StreamQuery query = parse("");

        assertThat(query.format()).isEqualTo(new EventFormat(Media.SSE, Values.AUTO));
        assertThat(query.from()).isEqualTo(new From.Latest());
        assertThat(query.partitions()).isNull();
        assertThat(query.filter().takesAll()).isTrue();
    }

    @Test
    void shouldReadEveryParameter() {
        StreamQuery query =
                parse(
                        "?from=0:12,1:40&partitions=0,2&key=a%20b&key=c&header.type=order"
                                + "&where=$.a.b==5&format=json&limit=3&until=latest&heartbeat=500ms");

        assertThat(query.from()).isEqualTo(new From.Offsets(Map.of(0, 12L, 1, 40L)));
        assertThat(query.partitions()).containsExactlyInAnyOrder(0, 2);
        assertThat(query.filter().keys())
                .containsExactly("a b".getBytes(StandardCharsets.UTF_8), new byte[] {'c'});
        assertThat(query.filter().headers()).containsOnlyKeys("type");
        assertThat(query.filter().paths()).hasSize(1);
        assertThat(query.format().values()).isEqualTo(Values.JSON);
        assertThat(query.limit()).isEqualTo(3);
        assertThat(query.untilLatest()).isTrue();
        assertThat(query.heartbeatMs()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({
        "ts:1700000000000,1700000000000",
        "ts:2023-11-14T22:13:20Z,1700000000000",
        "ts:2023-11-15T00:13:20%2B02:00,1700000000000",
        "ts:2023-11-15T00:13:20+02:00,1700000000000"
    })
    void shouldReadTimes(String from, long timestampMs) {
        assertThat(parse("?from=" + from).from()).isEqualTo(new From.Time(timestampMs));
    }

    @Test
    void shouldPreferWhereAReconnectLeftOffToTheUrl() {
        // Given
        Cursor newer = Cursor.of(new Uuid(1, 2), new int[] {0}, new long[] {99});
        HttpHeaders headers = new DefaultHttpHeaders().add("Last-Event-ID", newer.text());
        String uri = "/topics/t/events?from=earliest&cursor=" + CURSOR.text();

        // When
        From resumed = StreamQuery.parse(uri, headers).from();
        From first = StreamQuery.parse(uri, new DefaultHttpHeaders()).from();

        // Then
        assertThat(resumed).isEqualTo(new From.At(newer));
        assertThat(first).isEqualTo(new From.At(CURSOR));
        assertThat(parse("?from=" + CURSOR.text()).from()).isEqualTo(new From.At(CURSOR));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/*|SSE",
                "text/event-stream|SSE",
                "application/x-ndjson|NDJSON",
                "application/x-ndjson;q=0.5, text/event-stream;q=0.4|NDJSON",
                "text/html, application/x-ndjson, */*;q=0.1|NDJSON"
            })
    void shouldNegotiate(String accept, Media media) {
        HttpHeaders headers = new DefaultHttpHeaders().add("Accept", accept);

        assertThat(StreamQuery.parse("/topics/t/events", headers).format().media())
                .isEqualTo(media);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?from=yesterday|from",
                "?from=|from",
                "?from=0:1,0:2|from",
                "?from=0:-1|from",
                "?from=ts:soon|from",
                "?from=v1.%20|from",
                "?cursor=abc|cursor",
                "?partitions=a|partitions",
                "?partitions=|partitions",
                "?format=xml|format",
                "?limit=0|limit",
                "?limit=-1|limit",
                "?limit=1&limit=2|limit",
                "?until=tomorrow|until",
                "?heartbeat=1ms|heartbeat",
                "?heartbeat=x|heartbeat",
                "?where=a==1|where",
                "?where=$.a[0]==1|where",
                "?header.=1|header.",
                "?form=earliest|form",
                "?key=%zz|query"
            })
    void shouldNameTheBadParameter(String query, String name) {
        assertThatThrownBy(() -> parse(query))
                .isInstanceOfSatisfying(
                        ApiErrorException.class,
                        e -> {
                            assertThat(e.error().status()).isEqualTo(400);
                            assertThat(e.error().errorCode()).isEqualTo(40002);
                            assertThat(e.error().message()).contains(name);
                        });
    }

    @Test
    void shouldRefuseWhatItCannotWrite() {
        HttpHeaders headers = new DefaultHttpHeaders().add("Accept", "application/xml");

        assertThatThrownBy(() -> StreamQuery.parse("/topics/t/events", headers))
                .isInstanceOfSatisfying(
                        ApiErrorException.class,
                        e -> assertThat(e.error().status()).isEqualTo(406));
    }

    @Test
    void shouldCompareJsonMembers() {
        byte[] value =
                "{\"a\":{\"x\":[1,{\"b\":9}],\"b\":5.0},\"c\":\"yes\",\"n\":null}".getBytes();

        assertThat(matches("$.a.b==5", value)).isTrue();
        assertThat(matches("$.a.b==6", value)).isFalse();
        assertThat(matches("$.c==yes", value)).isTrue();
        assertThat(matches("$.c==\"yes\"", value)).isTrue();
        assertThat(matches("$.n==null", value)).isTrue();
        assertThat(matches("$.a==5", value)).isFalse();
        assertThat(matches("$.missing==5", value)).isFalse();
        assertThat(matches("$.a.b==5", "not json".getBytes())).isFalse();
    }

    private static boolean matches(String where, byte[] value) {
        return List.of(PathEquals.parse(where).orElseThrow()).getFirst().matches(value);
    }
}
