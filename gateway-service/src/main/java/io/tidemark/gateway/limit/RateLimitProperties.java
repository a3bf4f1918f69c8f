package io.tidemark.gateway.limit;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How fast clients may be, over all gateways that share a Redis; beyond it 429. All are unlimited
 * by default.
 *
 * @param addressRequests requests a second of one address (of one /64 network with IPv6); 0 for no
 *     limit
 * @param addressBytes bytes a second of one address, in and out together, as on the connection; 0
 *     for no limit
 * @param principalRequests requests a second of one principal; 0 for no limit. Without
 *     authentication all clients are one principal
 * @param principalBytes bytes a second of one principal; 0 for no limit
 * @param burst how much may come at once, as the time in which that much is allowed
 * @param settleInterval how often gateways tell each other what was used
 * @param maxAccounts addresses and principals counted at a time; those beyond share one account
 */
@Validated
@ConfigurationProperties("tidemark.gateway.limits")
public record RateLimitProperties(
        @DefaultValue("0") @Min(0) @Max(1_000_000_000) long addressRequests,
        @DefaultValue("0B") @NotNull DataSize addressBytes,
        @DefaultValue("0") @Min(0) @Max(1_000_000_000) long principalRequests,
        @DefaultValue("0B") @NotNull DataSize principalBytes,
        @DefaultValue("2s") @NotNull Duration burst,
        @DefaultValue("100ms") @NotNull Duration settleInterval,
        @DefaultValue("100000") @Min(1) @Max(10_000_000) int maxAccounts) {

    /** Whether there is no limit at all. */
    public boolean unlimited() {
        return addressRequests == 0
                && addressBytes.toBytes() == 0
                && principalRequests == 0
                && principalBytes.toBytes() == 0;
    }
}
