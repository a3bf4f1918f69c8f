package io.tidemark.gateway.shared.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.shared.idempotency.IdempotencyStore.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What holds for every store of keys. */
abstract class IdempotencyStoreContract {

    static final Duration RETENTION = Duration.ofSeconds(2);
    static final Duration LEASE = Duration.ofMillis(500);
    static final IdempotencyProperties PROPERTIES =
            new IdempotencyProperties(RETENTION, DataSize.ofBytes(100), DataSize.ofBytes(2_000));
    static final KeptAnswer ANSWER = new KeptAnswer(200, "application/json", "{\"é\":1}");

    abstract IdempotencyStore store();

    abstract void pass(Duration time) throws InterruptedException;

    static <T> T get(Mono<T> answer) {
        return Objects.requireNonNull(answer.block(Duration.ofSeconds(10)));
    }

    static Claim claim(IdempotencyStore store, String fingerprint, String token) {
        return get(store.claim("k", fingerprint, token, LEASE));
    }

    @Test
    void shouldGrantAKeyOnceAndThenGiveItsAnswer() {
        IdempotencyStore store = store();

        assertThat(claim(store, "f", "t1")).isEqualTo(new Claim.Granted());
        assertThat(claim(store, "f", "t2")).isInstanceOf(Claim.UnderWay.class);
        assertThat(get(store.keep("k", "f", "t1", ANSWER))).isTrue();

        assertThat(claim(store, "f", "t3")).isEqualTo(new Claim.Answered(ANSWER));
        assertThat(claim(store, "g", "t4")).isEqualTo(new Claim.OtherRequest());
    }

    @Test
    void shouldGrantOneOfManyAtOnce() {
        IdempotencyStore store = store();

        List<Claim> claims =
                get(
                        Flux.merge(
                                        IntStream.range(0, 32)
                                                .mapToObj(
                                                        i -> store.claim("k", "f", "t" + i, LEASE))
                                                .toList())
                                .collectList());

        assertThat(claims).filteredOn(c -> c instanceof Claim.Granted).hasSize(1);
        assertThat(claims).filteredOn(c -> c instanceof Claim.UnderWay).hasSize(31);
    }

    @Test
    void shouldGiveAReleasedKeyToTheNext() {
        IdempotencyStore store = store();
        claim(store, "f", "t1");

        assertThat(get(store.release("k", "t2"))).as("another's").isFalse();
        assertThat(get(store.release("k", "t1"))).isTrue();

        assertThat(claim(store, "g", "t3")).isEqualTo(new Claim.Granted());
        get(store.keep("k", "g", "t3", ANSWER));
        assertThat(get(store.keep("k", "f", "t1", ANSWER))).as("a late write").isFalse();
    }

    @Test
    void shouldNotGrantAKeyThatWasLeftBehind() throws InterruptedException {
        IdempotencyStore store = store();
        claim(store, "f", "t1");

        pass(LEASE.plusMillis(50));

        assertThat(claim(store, "f", "t2")).isEqualTo(new Claim.OutcomeUnknown());
        assertThat(get(store.keep("k", "f", "t1", ANSWER))).as("slow, not dead").isTrue();
        assertThat(claim(store, "f", "t3")).isEqualTo(new Claim.Answered(ANSWER));
    }

    @Test
    void shouldForgetAKeyAfterItsRetention() throws InterruptedException {
        IdempotencyStore store = store();
        claim(store, "f", "t1");
        get(store.keep("k", "f", "t1", ANSWER));

        pass(RETENTION.plusMillis(100));

        assertThat(claim(store, "g", "t2")).isEqualTo(new Claim.Granted());
    }

    @Test
    void shouldKeepTheAnswerOfAClaimThatWasLost() {
        IdempotencyStore store = store();

        assertThat(get(store.keep("k", "f", "t1", ANSWER))).isTrue();

        assertThat(claim(store, "f", "t2")).isEqualTo(new Claim.Answered(ANSWER));
    }

    @Test
    void shouldLeaveOutWhatIsTooLong() {
        IdempotencyStore store = store();
        claim(store, "f", "t1");

        get(store.keep("k", "f", "t1", new KeptAnswer(207, "text/plain", "x".repeat(101))));

        assertThat(claim(store, "f", "t2"))
                .isEqualTo(new Claim.Answered(new KeptAnswer(207, "text/plain", "", true)));
    }
}
