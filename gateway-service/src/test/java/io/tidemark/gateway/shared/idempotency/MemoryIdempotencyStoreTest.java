package io.tidemark.gateway.shared.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Clock;
import io.tidemark.gateway.shared.idempotency.IdempotencyStore.Claim;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryIdempotencyStoreTest extends IdempotencyStoreContract {

    private long nanos;

    private final Clock clock =
            new Clock() {
                @Override
                public long wallMs() {
                    return nanos / 1_000_000;
                }

                @Override
                public long nanos() {
                    return nanos;
                }
            };

    @Override
    IdempotencyStore store() {
        return new MemoryIdempotencyStore(PROPERTIES, clock);
    }

    @Override
    void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void shouldRefuseFurtherKeysRatherThanForgetOnes() {
        IdempotencyStore store = store();
        int granted = 0;
        while (get(store.claim("k" + granted, "f", "t", LEASE)) instanceof Claim.Granted) {
            granted++;
        }

        assertThat(granted).isBetween(1, 10);
        assertThat(get(store.claim("one-more", "f", "t", LEASE))).isEqualTo(new Claim.Full());
        assertThat(get(store.claim("k0", "f", "t", LEASE))).isInstanceOf(Claim.UnderWay.class);

        pass(RETENTION);
        assertThat(get(store.claim("one-more", "f", "t", LEASE))).isEqualTo(new Claim.Granted());
    }
}
