package io.tidemark.gateway.shared.instance;

import java.util.List;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * What Redis does to an instance at once, under Redis's own clock.
 *
 * <pre>
 * &lt;prefix&gt;:instance:&lt;length of the group's name&gt;:&lt;group&gt;:&lt;instance&gt;     a hash that expires
 *   config, sub, mid, epoch, owner, claim, used, ttl        as in ConsumerInstance; claim in µs
 *   p:&lt;partition&gt;:&lt;topic&gt;                                   a position each
 * &lt;prefix&gt;:instances                                       a sorted set: key -> ms of its expiry
 * </pre>
 *
 * <p>A claim is the time in microseconds, or one more than the claim before it: so it grows even
 * over a Redis that was emptied. Numbers beyond 14 digits are formatted by hand, as Lua's own
 * conversion would round them.
 */
@SuppressWarnings("rawtypes")
final class InstanceScripts {

    private static final String NOW =
            """
            local t = redis.call('TIME')
            local micros = t[1] * 1000000 + t[2]
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local function text(n) return string.format('%.0f', n) end
            local function all(first)
              local r = redis.call('HGETALL', KEYS[1])
              table.insert(r, 1, first)
              return r
            end
            local function used(ttl)
              redis.call('HSET', KEYS[1], 'used', text(now))
              redis.call('PEXPIRE', KEYS[1], ttl)
              redis.call('ZADD', KEYS[2], text(now + ttl), KEYS[1])
            end
            """;

    /** ARGV: configuration, owner, ttl in ms, most instances. */
    static final RedisScript<List> CREATE =
            script(
                    """
                    if redis.call('EXISTS', KEYS[1]) == 1 then return all('exists') end
                    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now))
                    redis.call('ZREM', KEYS[2], KEYS[1])
                    if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return {'full'} end
                    redis.call('HSET', KEYS[1], 'config', ARGV[1], 'sub', '', 'mid', '',
                      'epoch', '-1', 'owner', ARGV[2], 'claim', text(micros), 'ttl', ARGV[3])
                    used(tonumber(ARGV[3]))
                    return all('created')
                    """);

    static final RedisScript<List> FIND =
            script(
                    """
                    if redis.call('EXISTS', KEYS[1]) == 0 then return {'absent'} end
                    return all('found')
                    """);

    /** ARGV: claim seen, new owner. */
    static final RedisScript<List> CLAIM =
            script(
                    """
                    local claim = redis.call('HGET', KEYS[1], 'claim')
                    if not claim then return {'absent'} end
                    if claim ~= ARGV[1] then return all('lost') end
                    redis.call('HSET', KEYS[1], 'owner', ARGV[2],
                      'claim', text(math.max(micros, tonumber(claim) + 1)))
                    used(tonumber(redis.call('HGET', KEYS[1], 'ttl')))
                    return all('claimed')
                    """);

    private static final String FENCE =
            """
            local claim = redis.call('HGET', KEYS[1], 'claim')
            if not claim then return {'absent'} end
            if claim ~= ARGV[1] then
              return {'fenced', redis.call('HGET', KEYS[1], 'owner'), claim}
            end
            """;

    /**
     * ARGV: claim, most positions, used (0, 1), subscription (0, 1) and its text, member (0, 1),
     * its id and epoch, positions (keep, set, replace), then field and offset of each.
     */
    static final RedisScript<List> UPDATE =
            script(
                    FENCE
                            + """
                            if ARGV[9] == 'set' then
                              local new = redis.call('HLEN', KEYS[1]) - 8
                              for i = 10, #ARGV, 2 do
                                new = new + 1 - redis.call('HEXISTS', KEYS[1], ARGV[i])
                              end
                              if new > tonumber(ARGV[2]) then return {'too-many'} end
                            end
                            if ARGV[9] == 'replace' then
                              for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
                                if string.sub(field, 1, 2) == 'p:' then
                                  redis.call('HDEL', KEYS[1], field)
                                end
                              end
                            end
                            for i = 10, #ARGV, 2 do
                              redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
                            end
                            if ARGV[4] == '1' then redis.call('HSET', KEYS[1], 'sub', ARGV[5]) end
                            if ARGV[6] == '1' then
                              redis.call('HSET', KEYS[1], 'mid', ARGV[7], 'epoch', ARGV[8])
                            end
                            if ARGV[3] == '1' then
                              used(tonumber(redis.call('HGET', KEYS[1], 'ttl')))
                            end
                            return {'done'}
                            """);

    /** ARGV: claim. */
    static final RedisScript<List> DELETE =
            script(
                    FENCE
                            + """
                            redis.call('DEL', KEYS[1])
                            redis.call('ZREM', KEYS[2], KEYS[1])
                            return {'done'}
                            """);

    private InstanceScripts() {}

    private static RedisScript<List> script(String body) {
        return RedisScript.of(NOW + body, List.class);
    }
}
