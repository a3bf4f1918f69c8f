package io.tidemark.gateway.stream.group;

import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.group.member.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client acknowledges: the offset to go on from, of some partitions or of those in a cursor.
 *
 * @param offsets as the client named them; empty where it gave a cursor
 */
record Acknowledgement(String memberId, List<Named> offsets, @Nullable Cursor cursor) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();
    private static final Set<String> NAMES = Set.of("member_id", "offsets", "cursor");
    private static final int MAX_OFFSETS = 10_000;

    record Named(String topic, int partition, long offset) {}

    /** Throws an {@link ApiErrorException} that names what is wrong. */
    static Acknowledgement parse(byte[] body) {
        if (!(tree(body) instanceof ObjectNode node)) {
            throw ApiError.invalidJson("The body must be a JSON object.").exception();
        }
        for (String name : node.propertyNames()) {
            if (!NAMES.contains(name)) {
                throw wrong(name, "is not known; member_id, offsets and cursor can be given");
            }
        }
        JsonNode member = node.get("member_id");
        if (member == null || !member.isString()) {
            throw wrong("member_id", "must be the id that the stream's assigned event says");
        }
        JsonNode offsets = node.get("offsets");
        JsonNode cursor = node.get("cursor");
        if ((offsets == null) == (cursor == null)) {
            throw wrong("offsets", "or cursor must be given, and not both");
        }
        return new Acknowledgement(
                member.asString(),
                offsets == null ? List.of() : offsets(offsets),
                cursor == null ? null : cursor(cursor));
    }

    private static JsonNode tree(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw ApiError.invalidJson("Invalid JSON: " + e.getOriginalMessage() + ".").exception();
        }
    }

    private static List<Named> offsets(JsonNode array) {
        if (!array.isArray() || array.isEmpty() || array.size() > MAX_OFFSETS) {
            throw wrong("offsets", "must be an array of 1 to " + MAX_OFFSETS);
        }
        List<Named> offsets = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (int i = 0; i < array.size(); i++) {
            JsonNode each = array.get(i);
            JsonNode topic = each.get("topic");
            JsonNode partition = each.get("partition");
            JsonNode offset = each.get("offset");
            if (topic == null
                    || !topic.isString()
                    || partition == null
                    || !partition.isInt()
                    || offset == null
                    || !offset.canConvertToLong()
                    || !offset.isIntegralNumber()
                    || offset.asLong() < 0
                    || each.size() > 3) {
                throw wrong(
                        "offsets[" + i + "]",
                        "must be {\"topic\":…,\"partition\":…,\"offset\":…}, the offset that comes"
                                + " after the last one processed");
            }
            if (!named.add(topic.asString() + "-" + partition.asInt())) {
                throw wrong("offsets[" + i + "]", "names a partition that comes twice");
            }
            offsets.add(new Named(topic.asString(), partition.asInt(), offset.asLong()));
        }
        return offsets;
    }

    private static Cursor cursor(JsonNode text) {
        return switch (Cursor.parse(text.asString())) {
            case Cursor.Parsed.Valid(Cursor cursor) -> cursor;
            case Cursor.Parsed.Malformed(String reason) -> throw wrong("cursor", reason);
        };
    }

    private static ApiErrorException wrong(String name, String message) {
        return ApiError.invalidPayload(name + " " + message + ".").exception();
    }

    /**
     * The offsets of partitions that the member has. Of a cursor, those that it has no more are
     * left out; one that was named is refused.
     */
    SortedMap<TopicPartition, Long> of(Collection<TopicPartition> assigned, String member) {
        SortedMap<TopicPartition, Long> found = new TreeMap<>();
        if (cursor != null) {
            var positions = cursor.offsets();
            for (TopicPartition each : assigned) {
                Long offset = positions.get(each.partition());
                if (offset != null && cursor.isOf(each.topicId())) {
                    found.put(each, offset);
                }
            }
            return found;
        }
        for (Named named : offsets) {
            found.put(
                    assigned.stream()
                            .filter(
                                    each ->
                                            each.topic().equals(named.topic)
                                                    && each.partition() == named.partition)
                            .findFirst()
                            .orElseThrow(() -> notAssigned(named, member)),
                    named.offset);
        }
        return found;
    }

    private static ApiErrorException notAssigned(Named named, String member) {
        return new ApiError(
                        409,
                        40903,
                        "Partition %d of topic '%s' is not, or no longer, assigned to member '%s'."
                                .formatted(named.partition, named.topic, member))
                .exception();
    }
}
