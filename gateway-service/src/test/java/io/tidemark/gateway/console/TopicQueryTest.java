package io.tidemark.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.error.ApiErrorException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

class TopicQueryTest {

    private static final TopicRow SMALL = new TopicRow("b", 1, 1, 0, 0, 0);
    private static final TopicRow BEHIND = new TopicRow("a", 9, 3, 0, 0, 5);
    private static final TopicRow DEAD = new TopicRow("c", 3, 3, 1, 0, 1);

    private static TopicQuery query(String... pairs) {
        MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.add(pairs[i], pairs[i + 1]);
        }
        return TopicQuery.of(parameters);
    }

    private static List<String> sorted(TopicQuery query) {
        return Stream.of(SMALL, BEHIND, DEAD)
                .filter(query::takes)
                .sorted(query.comparator())
                .map(TopicRow::name)
                .toList();
    }

    @Test
    void shouldPutTheWorstFirst() {
        assertThat(sorted(query("sort", "-unwell"))).containsExactly("c", "a", "b");
        assertThat(sorted(query("sort", "-partitions"))).containsExactly("a", "c", "b");
        assertThat(sorted(query())).containsExactly("a", "b", "c");
        assertThat(sorted(query("sort", "-name"))).containsExactly("c", "b", "a");
    }

    @Test
    void shouldKeepOnlyWhatIsAskedFor() {
        assertThat(sorted(query("unwell", "true"))).containsExactly("a", "c");
        assertThat(sorted(query("names", "c,b"))).containsExactly("b", "c");
        assertThat(sorted(query("search", "A"))).containsExactly("a");
    }

    @Test
    void shouldNameTheParameterThatIsWrong() {
        assertThatThrownBy(() -> query("limit", "1001"))
                .isInstanceOf(ApiErrorException.class)
                .hasMessageContaining("limit must be between 1 and 1000");
        assertThatThrownBy(() -> query("offset", "-1")).hasMessageContaining("offset");
        assertThatThrownBy(() -> query("sort", "")).hasMessageContaining("sort");
    }
}
