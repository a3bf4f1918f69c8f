package io.tidemark.gateway.shared.idempotency;

import io.tidemark.gateway.shared.redis.RedisLink;
import java.time.Duration;
import java.util.List;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Mono;

/**
 * Keys of all gateways. A hash each, which expires with the retention:
 *
 * <pre>
 * &lt;prefix&gt;:idempotency:&lt;key&gt;
 *   fp       fingerprint of the request
 *   token    of the attempt that claimed it
 *   lease    when the claim runs out, in ms of Redis's clock
 *   status, type, body, cut       the answer, once there is one
 * </pre>
 */
@SuppressWarnings("rawtypes")
public final class RedisIdempotencyStore implements IdempotencyStore {

    private static final String OPERATION = "idempotency";

    /** ARGV: fingerprint, token, lease in ms, retention in ms. */
    private static final RedisScript<List> CLAIM =
            RedisScript.of(
                    """
                    local t = redis.call('TIME')
                    local now = t[1] * 1000 + math.floor(t[2] / 1000)
                    local h = redis.call('HMGET', KEYS[1],
                      'fp', 'lease', 'status', 'type', 'body', 'cut')
                    if not h[1] then
                      redis.call('HSET', KEYS[1], 'fp', ARGV[1], 'token', ARGV[2],
                        'lease', string.format('%.0f', now + ARGV[3]))
                      redis.call('PEXPIRE', KEYS[1], ARGV[4])
                      return {'granted'}
                    end
                    if h[1] ~= ARGV[1] then return {'other'} end
                    if h[3] then return {'answered', h[3], h[4], h[5], h[6]} end
                    local left = tonumber(h[2]) - now
                    if left > 0 then return {'under-way', string.format('%.0f', left)} end
                    return {'unknown'}
                    """,
                    List.class);

    /** ARGV: token, fingerprint, status, type, body, cut, retention in ms. */
    private static final RedisScript<List> KEEP =
            RedisScript.of(
                    """
                    local token = redis.call('HGET', KEYS[1], 'token')
                    if token and token ~= ARGV[1] then return {'lost'} end
                    redis.call('HSET', KEYS[1], 'token', ARGV[1], 'fp', ARGV[2], 'lease', '0',
                      'status', ARGV[3], 'type', ARGV[4], 'body', ARGV[5], 'cut', ARGV[6])
                    redis.call('PEXPIRE', KEYS[1], ARGV[7])
                    return {'kept'}
                    """,
                    List.class);

    /** ARGV: token. */
    private static final RedisScript<List> RELEASE =
            RedisScript.of(
                    """
                    local h = redis.call('HMGET', KEYS[1], 'token', 'status')
                    if h[1] ~= ARGV[1] or h[2] then return {'lost'} end
                    redis.call('DEL', KEYS[1])
                    return {'released'}
                    """,
                    List.class);

    private final RedisLink redis;
    private final IdempotencyProperties properties;
    private final String retentionMs;

    public RedisIdempotencyStore(RedisLink redis, IdempotencyProperties properties) {
        this.redis = redis;
        this.properties = properties;
        this.retentionMs = Long.toString(properties.retention().toMillis());
    }

    @Override
    public Mono<Claim> claim(String key, String fingerprint, String token, Duration lease) {
        return run(CLAIM, key, fingerprint, token, Long.toString(lease.toMillis()), retentionMs)
                .map(
                        answer ->
                                switch (answer.getFirst()) {
                                    case "granted" -> new Claim.Granted();
                                    case "other" -> new Claim.OtherRequest();
                                    case "answered" -> new Claim.Answered(kept(answer));
                                    case "under-way" ->
                                            new Claim.UnderWay(Long.parseLong(answer.get(1)));
                                    default -> new Claim.OutcomeUnknown();
                                });
    }

    private static KeptAnswer kept(List<String> answer) {
        return new KeptAnswer(
                Integer.parseInt(answer.get(1)),
                answer.get(2),
                answer.get(3),
                answer.get(4).equals("1"));
    }

    @Override
    public Mono<Boolean> keep(String key, String fingerprint, String token, KeptAnswer answer) {
        KeptAnswer kept = answer.within(properties.maxAnswerSize().toBytes());
        return run(
                        KEEP,
                        key,
                        token,
                        fingerprint,
                        Integer.toString(kept.status()),
                        kept.contentType(),
                        kept.body(),
                        kept.cut() ? "1" : "0",
                        retentionMs)
                .map(outcome -> outcome.getFirst().equals("kept"));
    }

    @Override
    public Mono<Boolean> release(String key, String token) {
        return run(RELEASE, key, token).map(outcome -> outcome.getFirst().equals("released"));
    }

    @Override
    public boolean shared() {
        return true;
    }

    private Mono<List<String>> run(RedisScript<List> script, String key, String... arguments) {
        return redis.run(
                OPERATION, script, List.of(redis.key("idempotency:" + key)), List.of(arguments));
    }
}
