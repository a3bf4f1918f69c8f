package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.group.member.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the directory keeps of an instance beside its positions, as JSON:
 *
 * <pre>
 * {"topics":["orders"]}  or  {"pattern":"orders-.*"}  or  {"assigned":true}  or  {}
 * …,"delivering":{"orders":{"0":1200}}   an answer is being written; afterwards partition 0 of
 *                                        orders goes on at 1200
 * </pre>
 *
 * @param assigned whether partitions were chosen by hand; they are those that have positions
 * @param delivering next offsets by topic and partition; empty while nothing is being written
 */
record InstanceState(
        Subscription subscription, boolean assigned, Map<String, Map<Integer, Long>> delivering) {

    static final InstanceState NOTHING =
            new InstanceState(new Subscription.Nothing(), false, Map.of());

    /**
     * @param delivering next offsets after what is being given
     */
    static InstanceState of(
            Subscription subscription, boolean assigned, Map<TopicPartition, Long> delivering) {
        Map<String, Map<Integer, Long>> byTopic = new TreeMap<>();
        delivering.forEach(
                (each, offset) ->
                        byTopic.computeIfAbsent(each.topic(), name -> new TreeMap<>())
                                .put(each.partition(), offset));
        return new InstanceState(subscription, assigned, byTopic);
    }

    /** Offsets as the directory has them. */
    static Map<io.tidemark.gateway.shared.instance.TopicPartition, Long> shared(
            Map<TopicPartition, Long> offsets) {
        Map<io.tidemark.gateway.shared.instance.TopicPartition, Long> shared = new HashMap<>();
        offsets.forEach(
                (each, offset) ->
                        shared.put(
                                new io.tidemark.gateway.shared.instance.TopicPartition(
                                        each.topic(), each.partition()),
                                offset));
        return shared;
    }

    String toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (subscription) {
            case Subscription.Topics(List<String> names) ->
                    names.forEach(json.putArray("topics")::add);
            case Subscription.Pattern(String regex) -> json.put("pattern", regex);
            case Subscription.Nothing() -> {
                if (assigned) {
                    json.put("assigned", true);
                }
            }
        }
        if (!delivering.isEmpty()) {
            ObjectNode topics = json.putObject("delivering");
            delivering.forEach(
                    (topic, partitions) -> {
                        ObjectNode offsets = topics.putObject(topic);
                        partitions.forEach(
                                (partition, offset) ->
                                        offsets.put(Integer.toString(partition), offset));
                    });
        }
        return json.toString();
    }

    /**
     * @param text empty for nothing
     */
    static InstanceState fromJson(String text) {
        if (text.isEmpty()) {
            return NOTHING;
        }
        JsonNode json = JsonMapper.shared().readTree(text);
        Subscription subscription = new Subscription.Nothing();
        if (json.has("topics")) {
            List<String> names = new ArrayList<>();
            json.get("topics").forEach(each -> names.add(each.asString()));
            subscription = new Subscription.Topics(names);
        } else if (json.has("pattern")) {
            subscription = new Subscription.Pattern(json.get("pattern").asString());
        }
        Map<String, Map<Integer, Long>> delivering = new TreeMap<>();
        json.path("delivering")
                .properties()
                .forEach(
                        topic ->
                                topic.getValue()
                                        .properties()
                                        .forEach(
                                                each ->
                                                        delivering
                                                                .computeIfAbsent(
                                                                        topic.getKey(),
                                                                        name -> new TreeMap<>())
                                                                .put(
                                                                        Integer.valueOf(
                                                                                each.getKey()),
                                                                        each.getValue().asLong())));
        return new InstanceState(subscription, json.path("assigned").asBoolean(), delivering);
    }
}
