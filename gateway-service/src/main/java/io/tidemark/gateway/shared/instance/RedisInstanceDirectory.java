package io.tidemark.gateway.shared.instance;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.shared.redis.RedisLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Mono;

/** The directory that all gateways share. Every call is one script, so one step of Redis. */
@SuppressWarnings("rawtypes")
public final class RedisInstanceDirectory implements InstanceDirectory {

    private static final String OPERATION = "instance";
    private static final String POSITION = "p:";

    private final RedisLink redis;
    private final InstanceBounds bounds;

    public RedisInstanceDirectory(RedisLink redis, InstanceBounds bounds) {
        this.redis = redis;
        this.bounds = bounds;
    }

    @Override
    public Mono<Creation> create(
            InstanceKey key, String configuration, String owner, Duration ttl) {
        String refusal = bounds.refusal(configuration);
        if (refusal != null) {
            return Mono.error(ApiError.badRequest(refusal).exception());
        }
        return run(
                        InstanceScripts.CREATE,
                        key,
                        configuration,
                        owner,
                        Long.toString(ttl.toMillis()),
                        Integer.toString(bounds.maxInstances()))
                .map(
                        answer ->
                                switch (answer.getFirst()) {
                                    case "created" -> new Creation.Created(instance(key, answer));
                                    case "exists" -> new Creation.Exists(instance(key, answer));
                                    default -> new Creation.Full(bounds.maxInstances());
                                });
    }

    @Override
    public Mono<ConsumerInstance> find(InstanceKey key) {
        return run(InstanceScripts.FIND, key)
                .flatMap(
                        answer ->
                                answer.getFirst().equals("found")
                                        ? Mono.just(instance(key, answer))
                                        : Mono.empty());
    }

    @Override
    public Mono<Takeover> claim(InstanceKey key, long seenClaim, String newOwner) {
        return run(InstanceScripts.CLAIM, key, Long.toString(seenClaim), newOwner)
                .map(
                        answer ->
                                switch (answer.getFirst()) {
                                    case "claimed" -> new Takeover.Claimed(instance(key, answer));
                                    case "lost" -> new Takeover.Lost(instance(key, answer));
                                    default -> new Takeover.Absent();
                                });
    }

    @Override
    public Mono<Outcome> update(InstanceKey key, long claim, InstanceChange change) {
        String refusal = bounds.refusal(change);
        return refusal == null
                ? run(InstanceScripts.UPDATE, key, arguments(claim, change)).map(this::outcome)
                : Mono.just(new Outcome.TooLarge(refusal));
    }

    private String[] arguments(long claim, InstanceChange change) {
        InstanceChange.Member member = change.member();
        String subscription = change.subscription();
        Map<TopicPartition, Long> positions = change.positions();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                Long.toString(claim),
                                Integer.toString(bounds.maxPositions()),
                                change.used() ? "1" : "0",
                                subscription == null ? "0" : "1",
                                subscription == null ? "" : subscription,
                                member == null ? "0" : "1",
                                member == null ? "" : member.id(),
                                member == null ? "" : Integer.toString(member.epoch()),
                                positions == null
                                        ? "keep"
                                        : change.replacing() ? "replace" : "set"));
        if (positions != null) {
            positions.forEach(
                    (at, offset) -> {
                        arguments.add(POSITION + at.partition() + ":" + at.topic());
                        arguments.add(Long.toString(offset));
                    });
        }
        return arguments.toArray(String[]::new);
    }

    @Override
    public Mono<Outcome> delete(InstanceKey key, long claim) {
        return run(InstanceScripts.DELETE, key, Long.toString(claim)).map(this::outcome);
    }

    private Outcome outcome(List<String> answer) {
        return switch (answer.getFirst()) {
            case "done" -> new Outcome.Done();
            case "fenced" -> new Outcome.Fenced(answer.get(1), Long.parseLong(answer.get(2)));
            case "too-many" -> new Outcome.TooLarge(bounds.tooManyPositions());
            default -> new Outcome.Absent();
        };
    }

    private Mono<List<String>> run(RedisScript<List> script, InstanceKey key, String... arguments) {
        return redis.run(
                OPERATION,
                script,
                List.of(
                        redis.key(
                                "instance:%d:%s:%s"
                                        .formatted(
                                                key.group().length(), key.group(), key.instance())),
                        redis.key("instances")),
                List.of(arguments));
    }

    /** Reads the flat list of fields and values that follows an answer's first word. */
    private static ConsumerInstance instance(InstanceKey key, List<String> answer) {
        Map<String, String> fields = new HashMap<>();
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (int i = 1; i + 1 < answer.size(); i += 2) {
            String field = answer.get(i);
            if (field.startsWith(POSITION)) {
                int end = field.indexOf(':', POSITION.length());
                positions.put(
                        new TopicPartition(
                                field.substring(end + 1),
                                Integer.parseInt(field, POSITION.length(), end, 10)),
                        Long.parseLong(answer.get(i + 1)));
            } else {
                fields.put(field, answer.get(i + 1));
            }
        }
        return new ConsumerInstance(
                key,
                fields.getOrDefault("config", ""),
                fields.getOrDefault("sub", ""),
                fields.getOrDefault("mid", ""),
                Integer.parseInt(fields.getOrDefault("epoch", "-1")),
                positions,
                fields.getOrDefault("owner", ""),
                Long.parseLong(fields.getOrDefault("claim", "0")),
                Long.parseLong(fields.getOrDefault("used", "0")),
                Long.parseLong(fields.getOrDefault("ttl", "0")));
    }
}
