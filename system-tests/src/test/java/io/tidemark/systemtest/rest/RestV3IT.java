package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.readAll;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.client.Clients;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** REST v3: clusters, topics, configurations, and producing. */
@SharedBroker
class RestV3IT {

    private final Broker broker;
    private final Http http;

    RestV3IT(Broker broker) {
        this.broker = broker;
        this.http = new Http(broker);
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void shouldDescribeClustersAndBrokers() {
        JsonNode clusters = http.get("/v3/clusters").ok();
        assertThat(clusters.at("/kind").asString()).isEqualTo("KafkaClusterList");
        assertThat(clusters.at("/data")).hasSize(1);
        JsonNode cluster = http.get(http.clusterPath()).ok();
        assertThat(cluster.at("/kind").asString()).isEqualTo("KafkaCluster");
        assertThat(cluster.at("/metadata/self").asString()).contains("/v3/clusters/");
        JsonNode brokers = http.get(http.clusterPath() + "/brokers").ok();
        assertThat(brokers.at("/data")).hasSize(1);
        assertThat(brokers.at("/data/0/port").asInt()).isEqualTo(broker.kafkaPort());
        assertThat(http.get("/kafka/v3/clusters").ok().at("/data")).hasSize(1);
    }

    @Test
    void shouldCreateDescribeGrowAndDeleteATopic() {
        String topics = http.clusterPath() + "/topics";
        String topic = "v3-" + UUID.randomUUID();

        JsonNode created =
                http.post(
                                topics,
                                Http.JSON,
                                """
                                {"topic_name":"%s","partitions_count":2,"replication_factor":1,
                                 "configs":[{"name":"retention.ms","value":"1000000"}]}"""
                                        .formatted(topic))
                        .expect(201);
        assertThat(created.at("/kind").asString()).isEqualTo("KafkaTopic");
        assertThat(created.at("/topic_name").asString()).isEqualTo(topic);

        assertThat(names(http.get(topics).ok())).contains(topic);
        assertThat(http.get(topics + "/" + topic).ok().at("/partitions_count").asInt())
                .isEqualTo(2);
        assertThat(http.get(topics + "/" + topic + "/partitions").ok().at("/data")).hasSize(2);
        assertThat(
                        http.get(topics + "/" + topic + "/partitions/1")
                                .ok()
                                .at("/partition_id")
                                .asInt())
                .isEqualTo(1);
        assertThat(http.get(topics + "/" + topic + "/partitions/0/replicas").ok().at("/data"))
                .hasSize(1);

        assertThat(http.patch(topics + "/" + topic, "{\"partitions_count\":4}").status())
                .isEqualTo(200);
        await().atMost(Clients.PATIENCE)
                .until(
                        () ->
                                http.get(topics + "/" + topic).ok().at("/partitions_count").asInt()
                                        == 4);

        http.delete(topics + "/" + topic).expect(204);
        await().atMost(Clients.PATIENCE)
                .until(() -> http.get(topics + "/" + topic).status() == 404);
    }

    private static List<String> names(JsonNode list) {
        return list.at("/data").valueStream().map(t -> t.at("/topic_name").asString()).toList();
    }

    @Test
    void shouldReadAndChangeConfigurations() {
        String configs = http.clusterPath() + "/topics/" + newTopic(broker, 1) + "/configs";

        assertThat(http.get(configs).ok().at("/data").size()).isGreaterThan(10);
        assertThat(http.put(configs + "/retention.ms", "{\"value\":\"5000000\"}").status())
                .isEqualTo(204);
        await().atMost(Clients.PATIENCE)
                .until(
                        () ->
                                http.get(configs + "/retention.ms")
                                        .ok()
                                        .at("/value")
                                        .asString()
                                        .equals("5000000"));
        http.post(
                        configs + ":alter",
                        Http.JSON,
                        """
                        {"data":[{"name":"segment.bytes","value":"3000000"},
                         {"name":"retention.ms","operation":"DELETE"}]}""")
                .expect(204);
        await().atMost(Clients.PATIENCE)
                .until(
                        () ->
                                http.get(configs + "/retention.ms")
                                        .ok()
                                        .at("/is_default")
                                        .asBoolean());
        assertThat(http.get(configs + "/segment.bytes").ok().at("/value").asString())
                .isEqualTo("3000000");
        assertThat(http.delete(configs + "/segment.bytes").status()).isEqualTo(204);
    }

    @Test
    void shouldProduceARecord() {
        String topic = newTopic(broker, 2);

        JsonNode answer =
                http.post(
                                http.clusterPath() + "/topics/" + topic + "/records",
                                Http.JSON,
                                """
                                {"partition_id":1,"timestamp":"2020-02-05T19:54:37.000Z",
                                 "headers":[{"name":"h","value":"%s"}],
                                 "key":{"type":"STRING","data":"k"},
                                 "value":{"type":"JSON","data":{"a":1}}}"""
                                        .formatted(base64("hv")))
                        .ok();

        assertThat(answer.at("/error_code").asInt()).isEqualTo(200);
        assertThat(answer.at("/topic_name").asString()).isEqualTo(topic);
        assertThat(answer.at("/partition_id").asInt()).isEqualTo(1);
        assertThat(answer.at("/offset").asLong()).isZero();
        assertThat(answer.at("/value/size").asInt()).isEqualTo(7);
        ConsumerRecord<String, String> record = readAll(broker, topic, 1, 1).getFirst();
        assertThat(record.key()).isEqualTo("k");
        assertThat(record.value()).isEqualTo("{\"a\":1}");
        assertThat(record.timestamp()).isEqualTo(1_580_932_477_000L);
        assertThat(record.headers().lastHeader("h").value()).isEqualTo("hv".getBytes(UTF_8));
    }

    @Test
    void shouldStreamRecordsAndReportInOrder() {
        String topic = newTopic(broker, 1);
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            body.append(
                    "{\"value\":{\"type\":\"BINARY\",\"data\":\"%s\"}}".formatted(base64("v" + i)));
        }

        Http.Answer answer =
                http.call(
                        "POST",
                        http.clusterPath() + "/topics/" + topic + "/records",
                        Http.JSON,
                        java.net.http.HttpRequest.BodyPublishers.ofInputStream(
                                () ->
                                        new java.io.ByteArrayInputStream(
                                                body.toString().getBytes(UTF_8))));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<Long> offsets = Http.offsetsIn(answer.body());
        assertThat(offsets).hasSize(100).isSorted().doesNotHaveDuplicates();
        assertThat(readAll(broker, topic, 0, 100).get(99).value()).isEqualTo("v99");
    }

    @Test
    void shouldProduceABatchWhoseEntriesFailAlone() {
        String topic = newTopic(broker, 1);

        JsonNode answer =
                http.post(
                                http.clusterPath() + "/topics/" + topic + "/records:batch",
                                Http.JSON,
                                """
                                {"entries":[
                                 {"id":"a","value":{"type":"STRING","data":"x"}},
                                 {"id":"b","partition_id":7,"value":{"type":"STRING","data":"y"}},
                                 {"id":"c","value":{"type":"STRING","data":"z"}}]}""")
                        .expect(207);

        assertThat(answer.at("/successes").valueStream().map(s -> s.at("/id").asString()))
                .containsExactly("a", "c");
        assertThat(answer.at("/failures/0/id").asString()).isEqualTo("b");
        assertThat(answer.at("/failures/0/error_code").asInt()).isPositive();
        assertThat(readAll(broker, topic, 0, 2))
                .extracting(ConsumerRecord::value)
                .containsExactly("x", "z");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
