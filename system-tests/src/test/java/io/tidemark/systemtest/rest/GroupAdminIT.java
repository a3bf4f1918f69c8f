package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.partition;
import static io.tidemark.systemtest.client.Clients.producer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.client.Clients;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Groups over REST v3: what they are, how far behind, reset and deleted. */
@SharedBroker
class GroupAdminIT {

    private final Broker broker;
    private final Http http;
    private final String prefix = "a-" + UUID.randomUUID().toString().substring(0, 8);
    private final String groups;

    GroupAdminIT(Broker broker) {
        this.broker = broker;
        this.http = new Http(broker);
        this.groups = http.clusterPath() + "/consumer-groups";
    }

    @AfterEach
    void close() {
        http.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void shouldDescribeGroupsOfEitherProtocol(String protocol) {
        String topic = newTopic(broker, 2);
        produce(topic, 0, 10);
        String group = prefix + "-" + protocol;
        try (Consumer<String, String> consumer = consumer(group, protocol)) {
            consumer.subscribe(List.of(topic));
            Clients.poll(consumer, 10);
            consumer.commitSync(Map.of(partition(topic, 0), new OffsetAndMetadata(4)));

            JsonNode json = http.get(groups + "/" + group).ok();
            assertThat(json.at("/kind").asString()).isEqualTo("KafkaConsumerGroup");
            assertThat(json.at("/type").asString()).isEqualToIgnoringCase(protocol);
            assertThat(json.at("/is_simple").asBoolean()).isFalse();
            await().atMost(Clients.PATIENCE)
                    .until(
                            () ->
                                    http.get(groups + "/" + group)
                                            .ok()
                                            .at("/state")
                                            .asString()
                                            .equals("STABLE"));
            assertThat(json.at("/coordinator/related").asString()).contains("/brokers/");
            JsonNode members = followed(json, "consumers").at("/data");
            assertThat(members).hasSize(1);
            assertThat(members.at("/0/client_id").asString()).startsWith("consumer-");
            JsonNode assignments = followed(members.get(0), "assignments").at("/data");
            assertThat(assignments).hasSize(2);
            assertThat(assignments.at("/1/topic_name").asString()).isEqualTo(topic);

            // Lags, furthest first; without a committed offset it is not known
            JsonNode lags = http.get(groups + "/" + group + "/lags").ok().at("/data");
            assertThat(lags).hasSize(2);
            assertThat(lags.at("/0/partition_id").asInt()).isZero();
            assertThat(lags.at("/0/current_offset").asLong()).isEqualTo(4);
            assertThat(lags.at("/0/log_end_offset").asLong()).isEqualTo(10);
            assertThat(lags.at("/0/lag").asLong()).isEqualTo(6);
            assertThat(lags.at("/0/consumer_id").asString())
                    .isEqualTo(members.at("/0/consumer_id").asString());
            assertThat(lags.at("/1/current_offset").asLong()).isEqualTo(-1);
            assertThat(lags.at("/1/lag").asLong()).isEqualTo(-1);
            JsonNode one = http.get(groups + "/" + group + "/lags/" + topic + "/partitions/0").ok();
            assertThat(one.at("/lag").asLong()).isEqualTo(6);
            JsonNode summary = followed(json, "lag_summary");
            assertThat(summary.at("/max_lag").asLong()).isEqualTo(6);
            assertThat(summary.at("/total_lag").asLong()).isEqualTo(6);
            assertThat(summary.at("/max_lag_topic_name").asString()).isEqualTo(topic);

            // In use: neither reset nor deleted, and the message names the member
            String id = members.at("/0/consumer_id").asString();
            assertThat(reset(group, "{\"strategy\":\"earliest\"}").error(409, 40903)).contains(id);
            assertThat(http.delete(groups + "/" + group).error(409, 40903)).contains(id);
            http.delete(groups + "/" + group + "/offsets?topic=" + topic).error(409, 40903);
        }
    }

    @Test
    void shouldResetOffsetsAndDelete() {
        String topic = newTopic(broker, 2);
        produce(topic, 0, 10);
        String group = prefix + "-reset";
        commit(group, topic, 5);

        // A dry run changes nothing
        JsonNode dry = reset(group, "{\"strategy\":\"latest\",\"dry_run\":true}").ok();
        assertThat(dry.at("/dry_run").asBoolean()).isTrue();
        assertThat(dry.at("/data/0/before").asLong()).isEqualTo(5);
        assertThat(dry.at("/data/0/after").asLong()).isEqualTo(10);
        assertThat(offset(group, topic, 0)).isEqualTo(5);

        assertThat(after(group, "{\"strategy\":\"latest\"}")).isEqualTo(10);
        assertThat(offset(group, topic, 0)).isEqualTo(10);
        assertThat(after(group, "{\"strategy\":\"shift\",\"value\":-3}")).isEqualTo(7);
        assertThat(after(group, "{\"strategy\":\"time\",\"value\":1004}")).isEqualTo(4);
        assertThat(after(group, "{\"strategy\":\"offset\",\"value\":99}")).isEqualTo(10);
        assertThat(after(group, "{\"strategy\":\"earliest\"}")).isZero();
        JsonNode each =
                reset(
                                group,
                                "{\"strategy\":\"offset\",\"partitions\":[{\"topic_name\":\"%s\",\"partition_id\":1,\"offset\":0}]}"
                                        .formatted(topic))
                        .ok();
        assertThat(each.at("/data")).hasSize(1);
        assertThat(each.at("/data/0/before").isNull()).isTrue();
        assertThat(offset(group, topic, 1)).isZero();

        // Bad input names what is wrong
        assertThat(reset(group, "{\"strategy\":\"back\"}").error(422, 42206)).contains("strategy");
        assertThat(reset(group, "{\"strategy\":\"shift\"}").error(422, 42206)).contains("value");
        reset(group, "{\"strategy\":\"earliest\",\"topics\":[\"nothing\"]}").error(404, 40401);
        reset("nobody", "{\"strategy\":\"earliest\"}").error(404, 40405);

        http.delete(groups + "/" + group + "/offsets?topic=" + topic + "&partition=1").expect(204);
        assertThat(http.get(groups + "/" + group + "/lags").ok().at("/data")).hasSize(1);
        http.delete(groups + "/" + group).expect(204);
        http.get(groups + "/" + group).error(404, 40405);
        http.get(groups + "/" + group + "/lag-summary").error(404, 40405);
        http.delete(groups + "/" + group).error(404, 40405);
    }

    @Test
    void shouldListGroupsInPagesAndByFilter() {
        String topic = newTopic(broker, 1);
        String other = newTopic(broker, 1);
        List<String> names = new ArrayList<>();
        for (int i = 10; i < 35; i++) {
            String group = prefix + "-" + i;
            commit(group, i % 5 == 0 ? other : topic, 0);
            names.add(group);
        }
        assertThat(pages(groups + "?page_size=10&prefix=" + prefix + "-"))
                .containsExactly(
                        names.subList(0, 10), names.subList(10, 20), names.subList(20, 25));
        assertThat(pages(groups + "?page_size=10&contains=" + prefix + "-2").getFirst())
                .isEqualTo(names.subList(10, 20));
        assertThat(pages(groups + "?page_size=3&topic=" + other))
                .containsExactly(
                        List.of(names.get(0), names.get(5), names.get(10)),
                        List.of(names.get(15), names.get(20)));
        assertThat(pages(groups + "?state=STABLE&prefix=" + prefix)).containsExactly(List.of());
        assertThat(pages(groups + "?state=EMPTY&type=CLASSIC&prefix=" + prefix).getFirst())
                .isEqualTo(names);
        assertThat(http.get(groups + "?state=ASLEEP").error(400, 40002)).contains("ASLEEP");
        http.get(groups + "?page_size=0").error(400, 40002);
        http.get(groups + "?topic=nothing").error(404, 40401);
    }

    private List<List<String>> pages(String path) {
        List<List<String>> pages = new ArrayList<>();
        String next = path;
        while (next != null) {
            JsonNode json = http.get(next).ok();
            List<String> names = new ArrayList<>();
            json.at("/data").forEach(each -> names.add(each.at("/consumer_group_id").asString()));
            pages.add(names);
            JsonNode link = json.at("/metadata/next");
            next = link.isNull() ? null : relative(link.asString());
        }
        return pages;
    }

    private JsonNode followed(JsonNode resource, String relation) {
        return http.get(relative(resource.at("/" + relation + "/related").asString())).ok();
    }

    private static String relative(String link) {
        URI uri = URI.create(link);
        return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    private Http.Answer reset(String group, String body) {
        return http.post(groups + "/" + group + "/offsets:reset", Http.JSON, body);
    }

    private long after(String group, String body) {
        return reset(group, body).ok().at("/data/0/after").asLong(-1);
    }

    private long offset(String group, String topic, int partition) {
        return http.get(groups + "/" + group + "/lags/" + topic + "/partitions/" + partition)
                .ok()
                .at("/current_offset")
                .asLong(-2);
    }

    private void commit(String group, String topic, long offset) {
        try (Admin admin = Clients.admin(broker)) {
            get(
                    admin.alterConsumerGroupOffsets(
                                    group,
                                    Map.of(partition(topic, 0), new OffsetAndMetadata(offset)))
                            .all());
        }
    }

    private Consumer<String, String> consumer(String group, String protocol) {
        return Clients.consumer(
                broker,
                Map.of(
                        "group.id",
                        group,
                        "group.protocol",
                        protocol,
                        "enable.auto.commit",
                        "false",
                        "auto.offset.reset",
                        "earliest"));
    }

    /** Into partition 0, with timestamps from 1000 on, a millisecond apart. */
    private void produce(String topic, int from, int to) {
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topic, 0, 1_000L + i, null, "v" + i));
            }
        }
    }
}
