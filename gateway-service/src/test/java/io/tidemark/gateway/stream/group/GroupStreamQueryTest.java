package io.tidemark.gateway.stream.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.stream.EventFormat.Media;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupStreamQueryTest {

    private final HttpHeaders headers = new DefaultHttpHeaders();

    @Test
    void shouldReadTopicsOnceEachAndDefaultToTheEnd() {
        GroupStreamQuery query = parse("topics=b,a&topics=a");
        assertThat(query.subscription()).isEqualTo(new Subscription.Topics(List.of("a", "b")));
        assertThat(query.startMs()).isEqualTo(OffsetLookup.LATEST);
        assertThat(query.manual()).isFalse();
        assertThat(query.shape().format().media()).isEqualTo(Media.SSE);
    }

    @Test
    void shouldReadPatternAndManualCommits() {
        headers.set("Accept", "application/x-ndjson");
        GroupStreamQuery query =
                parse("pattern=or.*&from=earliest&commit=manual&max_uncommitted=7&limit=3");
        assertThat(query.subscription()).isEqualTo(new Subscription.Pattern("or.*"));
        assertThat(query.startMs()).isEqualTo(OffsetLookup.EARLIEST);
        assertThat(query.manual()).isTrue();
        assertThat(query.maxUncommitted()).isEqualTo(7);
        assertThat(query.shape().limit()).isEqualTo(3);
        assertThat(query.shape().format().media()).isEqualTo(Media.NDJSON);
    }

    @ParameterizedTest
    @CsvSource({
        "x=1, x:",
        "commit=auto, topics:",
        "topics=, topics:",
        "'topics=,', topics:",
        "topics=a&pattern=b, pattern:",
        "pattern=, pattern:",
        "pattern=a%28b, 'pattern: missing closing )'",
        "'pattern=((a%7B1,1000%7D)%7B1,1000%7D)%7B1,1000%7D', 'pattern: its counts '",
        "topics=a&from=0:12, from:",
        "topics=a&from=ts:x, from:",
        "topics=a&partitions=0, partitions:",
        "topics=a&commit=later, commit:",
        "topics=a&max_uncommitted=5, max_uncommitted:",
        "topics=a&commit=manual&max_uncommitted=0, max_uncommitted:",
        "topics=a&commit=manual&max_uncommitted=10001, max_uncommitted:",
        "topics=a&heartbeat=1ms, heartbeat:"
    })
    void shouldNameWhatIsWrong(String query, String begins) {
        assertThatThrownBy(() -> parse(query))
                .isInstanceOfSatisfying(
                        ApiErrorException.class,
                        e -> {
                            assertThat(e.error().status()).isEqualTo(400);
                            assertThat(e.error().errorCode()).isEqualTo(40002);
                            assertThat(e.error().message()).startsWith(begins);
                        });
    }

    @Test
    void shouldRefuseAnAcceptThatIsNoStream() {
        headers.set("Accept", "application/xml");
        assertThatThrownBy(() -> parse("topics=a"))
                .isInstanceOfSatisfying(
                        ApiErrorException.class,
                        e -> assertThat(e.error().errorCode()).isEqualTo(40601));
    }

    private GroupStreamQuery parse(String query) {
        return GroupStreamQuery.parse("/groups/g/events?" + query, headers);
    }
}
