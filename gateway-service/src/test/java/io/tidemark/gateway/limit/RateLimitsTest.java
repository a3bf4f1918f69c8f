package io.tidemark.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.tidemark.environment.Clock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class RateLimitsTest {

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

    private RateLimits limits(long addressRequests, long principalRequests, int maxAccounts) {
        return new RateLimits(
                new RateLimitProperties(
                        addressRequests,
                        DataSize.ofBytes(1000),
                        principalRequests,
                        DataSize.ofBytes(0),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100),
                        maxAccounts),
                clock);
    }

    @Test
    void shouldSayWhatIsLeftAndRefuseWhatIsNot() {
        RateLimits limits = limits(2, 0, 10);
        Meter meter = new Meter(limits, "10.0.0.1");

        assertThat(limits.policy())
                .isEqualTo(
                        "\"address-requests\";q=2;w=1, \"address-bytes\";q=1000;w=1;qu=\"content-bytes\"");
        assertThat(limits.admit(meter, "User:a").left())
                .isEqualTo("\"address-requests\";r=1;t=1, \"address-bytes\";r=1000;t=0");
        assertThat(limits.admit(meter, "User:a").refusal()).isNull();
        var refusal = Objects.requireNonNull(limits.admit(meter, "User:a").refusal());
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.message()).contains("address 10.0.0.1").contains("2 requests");
        assertThat(refusal.retryAfterSeconds()).isEqualTo(1);

        assertThat(limits.admit(new Meter(limits, "10.0.0.2"), "User:a").refusal()).isNull();
        nanos += 500_000_000;
        assertThat(limits.admit(meter, "User:a").refusal()).isNull();
    }

    @Test
    void shouldLimitAPrincipalOverAllItsAddresses() {
        RateLimits limits = limits(0, 2, 10);

        assertThat(limits.admit(new Meter(limits, "a"), "User:x").refusal()).isNull();
        assertThat(limits.admit(new Meter(limits, "b"), "User:x").refusal()).isNull();
        assertThat(limits.admit(new Meter(limits, "c"), "User:x").refusal()).isNotNull();
        assertThat(limits.admit(new Meter(limits, "c"), "User:y").refusal()).isNull();
    }

    @Test
    void shouldCountTheBytesOfAConnection() {
        RateLimits limits = limits(0, 0, 10);
        EmbeddedChannel channel = new EmbeddedChannel();
        limits.meter(channel);
        Meter meter = Objects.requireNonNull(Meter.of(channel));
        assertThat(limits.admit(meter, "User:a").refusal()).isNull();

        channel.writeInbound(Unpooled.wrappedBuffer(new byte[600]));
        assertThat(meter.waitMs()).isZero();
        channel.writeOutbound(Unpooled.wrappedBuffer(new byte[1400]));

        assertThat(meter.waitMs()).isBetween(1000L, 1002L);
        assertThat(Objects.requireNonNull(limits.admit(meter, "User:a").refusal()).message())
                .contains("1000 bytes");
        nanos += 1_002_000_000L;
        assertThat(meter.waitMs()).isZero();
        channel.finishAndReleaseAll();
    }

    @Test
    void shouldKeepABoundedNumberOfAccounts() {
        RateLimits limits = limits(1, 0, 4);
        for (int i = 0; i < 100; i++) {
            limits.admit(new Meter(limits, "10.0.0." + i), "User:a");
        }

        assertThat(limits.openAccounts()).isLessThanOrEqualTo(6);
        assertThat(limits.admit(new Meter(limits, "10.0.1.1"), "User:a").refusal())
                .as("those beyond share one account")
                .isNotNull();

        nanos += 3600_000_000_000L;
        for (Account next = limits.nextDirty(); next != null; next = limits.nextDirty()) {
            Objects.requireNonNull(next.requests()).takeUnsettledNanos();
        }
        limits.removeIdle();
        assertThat(limits.openAccounts()).isZero();
    }

    @Test
    void shouldGoOnCountingAConnectionWhoseAccountWasRemoved() {
        RateLimits limits = limits(0, 0, 10);
        Meter meter = new Meter(limits, "10.0.0.1");
        limits.admit(meter, "User:a");
        limits.removeIdle();
        assertThat(limits.openAccounts()).isZero();

        meter.count(5000, nanos);

        assertThat(meter.waitMs()).isPositive();
        assertThat(limits.admit(new Meter(limits, "10.0.0.1"), "User:a").refusal()).isNotNull();
    }

    @Test
    void shouldTakeANetworkForAnAddressWithIpv6() {
        assertThat(RateLimits.name(new InetSocketAddress("2001:db8:1:2:3:4:5:6", 1)))
                .isEqualTo(RateLimits.name(new InetSocketAddress("2001:db8:1:2::9", 1)))
                .isNotEqualTo(RateLimits.name(new InetSocketAddress("2001:db8:1:3::9", 1)));
        assertThat(RateLimits.name(new InetSocketAddress("10.0.0.1", 1))).isEqualTo("10.0.0.1");
        assertThat(RateLimits.name(null)).isEqualTo("unknown");
    }
}
