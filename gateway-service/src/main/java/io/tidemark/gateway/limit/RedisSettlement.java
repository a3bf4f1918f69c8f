package io.tidemark.gateway.limit;

import io.tidemark.gateway.shared.redis.RedisLink;
import java.util.List;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Mono;

/**
 * Adds up in Redis: {@code <prefix>:limit:<bucket>} holds the time at which all that was taken will
 * have been earned, in microseconds of Redis's clock, and expires soon after it.
 */
public final class RedisSettlement implements Settlement {

    /** ARGV: what was taken, for each key. A debt counts for an hour at most. */
    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> SETTLE =
            RedisScript.of(
                    """
                    local t = redis.call('TIME')
                    local now = t[1] * 1000000 + t[2]
                    local ahead = {}
                    for i = 1, #KEYS do
                      local at = tonumber(redis.call('GET', KEYS[i]) or '0')
                      if at < now then at = now end
                      at = math.min(at + ARGV[i], now + 3600000000)
                      redis.call('SET', KEYS[i], string.format('%.0f', at),
                        'PX', string.format('%.0f', math.ceil((at - now) / 1000) + 1000))
                      ahead[i] = string.format('%.0f', at - now)
                    end
                    return ahead
                    """,
                    List.class);

    private final RedisLink redis;

    public RedisSettlement(RedisLink redis) {
        this.redis = redis;
    }

    @Override
    public Mono<List<Long>> settle(List<String> buckets, List<Long> takenMicros) {
        return redis.run(
                        "limits",
                        SETTLE,
                        buckets.stream().map(bucket -> redis.key("limit:" + bucket)).toList(),
                        takenMicros.stream().map(String::valueOf).toList())
                .map(ahead -> ahead.stream().map(Long::valueOf).toList());
    }
}
