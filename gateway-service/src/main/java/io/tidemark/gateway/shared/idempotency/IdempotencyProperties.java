package io.tidemark.gateway.shared.idempotency;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Requests with an Idempotency-Key.
 *
 * @param retention how long a key's answer is kept, and with it the promise not to repeat
 * @param maxAnswerSize longest answer kept; a request may have one record for every 256 bytes of it
 * @param memorySize keys and answers kept where no Redis is configured; beyond it requests with a
 *     key are answered by 503
 */
@Validated
@ConfigurationProperties("tidemark.gateway.idempotency")
public record IdempotencyProperties(
        @DefaultValue("24h") @NotNull Duration retention,
        @DefaultValue("256KB") @NotNull DataSize maxAnswerSize,
        @DefaultValue("64MB") @NotNull DataSize memorySize) {

    private static final int BYTES_PER_RECORD = 256;

    /** Records of one request with a key. */
    public long maxRecords() {
        return Math.max(1, maxAnswerSize.toBytes() / BYTES_PER_RECORD);
    }
}
