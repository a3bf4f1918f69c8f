package io.tidemark.gateway.shared.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.error.ApiErrorException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    private static String parsed(String header) {
        return IdempotencyKey.parse(List.of(header)).value();
    }

    @Test
    void shouldReadAKeyWithQuotesAndWithout() {
        assertThat(parsed("\"8e03978e-40d5\"")).isEqualTo("8e03978e-40d5");
        assertThat(parsed(" 8e03978e-40d5 ")).isEqualTo("8e03978e-40d5");
        assertThat(parsed("\"a \\\"b\\\" \\\\ c\"")).isEqualTo("a \"b\" \\ c");
        assertThat(parsed("x".repeat(255))).hasSize(255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"\"", "\"", "\"a", "\"a\"b\"", "\"a\\\"", "clé", "a\tb"})
    void shouldRefuseWhatIsNoKey(String header) {
        assertThatThrownBy(() -> parsed(header))
                .isInstanceOf(ApiErrorException.class)
                .hasMessageContaining("Idempotency-Key");
    }

    @Test
    void shouldRefuseLongKeysAndSeveral() {
        assertThatThrownBy(() -> parsed("x".repeat(256))).hasMessageContaining("256 characters");
        assertThatThrownBy(() -> IdempotencyKey.parse(List.of("a", "b")))
                .hasMessageContaining("2 headers");
    }
}
