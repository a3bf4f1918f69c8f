package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.get;
import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.producer;
import static io.tidemark.systemtest.client.Clients.readAll;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** REST v2, cross-read with Kafka's clients. */
@SharedBroker
class RestV2IT {

    private final Broker broker;
    private final Http http;

    RestV2IT(Broker broker) {
        this.broker = broker;
        this.http = new Http(broker);
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void shouldListAndDescribeTopicsPartitionsAndOffsets() {
        String topic = newTopic(broker, 2, Map.of("retention.ms", "7200000"));

        assertThat(http.get("/topics").ok().valueStream().map(JsonNode::asString)).contains(topic);
        JsonNode described = http.get("/topics/" + topic).ok();
        assertThat(described.at("/name").asString()).isEqualTo(topic);
        assertThat(described.at("/configs/retention.ms").asString()).isEqualTo("7200000");
        assertThat(described.at("/partitions")).hasSize(2);
        JsonNode replica = described.at("/partitions/1/replicas/0");
        assertThat(replica.at("/leader").asBoolean()).isTrue();
        assertThat(replica.at("/in_sync").asBoolean()).isTrue();
        assertThat(http.get("/topics/" + topic + "/partitions").ok()).hasSize(2);
        assertThat(http.get("/topics/" + topic + "/partitions/1").ok().at("/partition").asInt())
                .isEqualTo(1);
        JsonNode offsets = http.get("/topics/" + topic + "/partitions/0/offsets").ok();
        assertThat(offsets.at("/beginning_offset").asLong()).isZero();
        assertThat(offsets.at("/end_offset").asLong()).isZero();
        assertThat(http.get("/brokers").ok().at("/brokers")).hasSize(1);
        assertThat(http.get("/").status()).isEqualTo(200);
    }

    @Test
    void shouldProduceJsonThatKafkasConsumerReads() {
        String topic = newTopic(broker, 1);

        JsonNode answer =
                http.post(
                                "/topics/" + topic,
                                Http.V2_JSON,
                                """
                                {"records":[
                                  {"key":"k","value":{"a":[1,2.5,"ä",null,true]}},
                                  {"value":5},
                                  {"value":null},
                                  {"key":{"id":7},"value":"text"}]}""")
                        .ok();

        assertThat(answer.at("/offsets")).hasSize(4);
        assertThat(answer.at("/offsets/3/offset").asLong()).isEqualTo(3);
        assertThat(answer.at("/offsets/0/partition").asInt()).isZero();
        assertThat(answer.at("/offsets/0").has("error_code")).isTrue();
        assertThat(answer.at("/offsets/0/error_code").isNull()).isTrue();
        assertThat(answer.has("key_schema_id")).isTrue();
        List<ConsumerRecord<String, String>> records = readAll(broker, topic, 0, 4);
        assertThat(Http.parse(records.get(0).value()))
                .isEqualTo(Http.parse("{\"a\":[1,2.5,\"ä\",null,true]}"));
        assertThat(records.get(0).key()).isEqualTo("\"k\"");
        assertThat(records.get(1).value()).isEqualTo("5");
        assertThat(records.get(2).value()).isNull();
        assertThat(Http.parse(records.get(3).key())).isEqualTo(Http.parse("{\"id\":7}"));
        assertThat(records.get(3).value()).isEqualTo("\"text\"");
    }

    @Test
    void shouldProduceBinaryAndText() {
        String topic = newTopic(broker, 1);
        String value = Base64.getEncoder().encodeToString("binary value".getBytes(UTF_8));

        http.post(
                        "/topics/" + topic,
                        Http.V2_BINARY,
                        "{\"records\":[{\"value\":\"" + value + "\"}]}")
                .ok();
        http.post(
                        "/topics/" + topic + "/partitions/0",
                        Http.V2_TEXT,
                        "{\"records\":[{\"key\":\"k\",\"value\":\"plain ä\"}]}")
                .ok();

        List<ConsumerRecord<String, String>> records = readAll(broker, topic, 0, 2);
        assertThat(records.get(0).value()).isEqualTo("binary value");
        assertThat(records.get(1).key()).isEqualTo("k");
        assertThat(records.get(1).value()).isEqualTo("plain ä");
    }

    @Test
    void shouldPlaceKeysWhereKafkasProducerPlacesThem() {
        String topic = newTopic(broker, 5);
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = 0; i < 20; i++) {
                int kafkas =
                        get(producer.send(new ProducerRecord<>(topic, "key-" + i, "v")))
                                .partition();
                JsonNode answer =
                        http.post(
                                        "/topics/" + topic,
                                        Http.V2_TEXT,
                                        "{\"records\":[{\"key\":\"key-%d\",\"value\":\"v\"}]}"
                                                .formatted(i))
                                .ok();
                assertThat(answer.at("/offsets/0/partition").asInt()).isEqualTo(kafkas);
            }
        }
    }

    @Test
    void shouldHonourPartitionHeadersAndTimestampOfARecord() {
        String topic = newTopic(broker, 3);

        JsonNode answer =
                http.post(
                                "/topics/" + topic,
                                Http.V2_TEXT,
                                """
                                {"records":[{"partition":2,"value":"v","timestamp":1234567,
                                  "headers":[{"name":"h","value":"%s"}]}]}"""
                                        .formatted(
                                                Base64.getEncoder()
                                                        .encodeToString("x".getBytes(UTF_8))))
                        .ok();

        assertThat(answer.at("/offsets/0/partition").asInt()).isEqualTo(2);
        ConsumerRecord<String, String> record = readAll(broker, topic, 2, 1).getFirst();
        assertThat(record.timestamp()).isEqualTo(1_234_567);
        assertThat(record.headers().lastHeader("h").value()).isEqualTo("x".getBytes(UTF_8));
    }

    @Test
    void shouldAnswerEachRecordOfItsOwnWhereSomeFail() {
        String topic = newTopic(broker, 2);

        JsonNode answer =
                http.post(
                                "/topics/" + topic,
                                Http.V2_TEXT,
                                """
                                {"records":[{"partition":0,"value":"good"},
                                  {"partition":9,"value":"nowhere"},
                                  {"partition":1,"value":"good"}]}""")
                        .ok();

        assertThat(answer.at("/offsets/0/offset").asLong()).isZero();
        assertThat(answer.at("/offsets/1/offset").isNull()).isTrue();
        assertThat(answer.at("/offsets/1/error_code").asInt()).isPositive();
        assertThat(answer.at("/offsets/1/error").asString()).isNotBlank();
        assertThat(answer.at("/offsets/2/offset").asLong()).isZero();
    }

    @Test
    void shouldReadWhatKafkasProducerWrote() {
        String topic = newTopic(broker, 1);
        try (Producer<String, String> producer =
                producer(broker, Map.of("compression.type", "zstd"))) {
            for (int i = 0; i < 50; i++) {
                producer.send(new ProducerRecord<>(topic, 0, "k" + i, "\"v" + i + "\""));
            }
        }

        JsonNode read =
                http.get(
                                "/topics/%s/partitions/0/records?offset=10&timeout=2000&max_bytes=1000000"
                                        .formatted(topic),
                                Http.V2_BINARY)
                        .ok();

        assertThat(read).hasSize(40);
        assertThat(read.at("/0/offset").asLong()).isEqualTo(10);
        assertThat(read.at("/0/topic").asString()).isEqualTo(topic);
        assertThat(read.at("/0/partition").asInt()).isZero();
        assertThat(Base64.getDecoder().decode(read.at("/0/key").asString()))
                .isEqualTo("k10".getBytes(UTF_8));
        JsonNode asJson =
                http.get("/topics/" + topic + "/partitions/0/records?offset=49", Http.V2_JSON).ok();
        assertThat(asJson.at("/0/value").asString()).isEqualTo("v49");
    }

    @Test
    void shouldReadByTime() {
        String topic = newTopic(broker, 1);
        try (Producer<String, String> producer = producer(broker, Map.of())) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, 0, 1_000L * i, null, "v" + i));
            }
        }

        JsonNode read =
                http.get("/topics/" + topic + "/partitions/0/records?timestamp=6500", Http.V2_TEXT)
                        .ok();

        assertThat(read.at("/0/offset").asLong()).isEqualTo(7);
        assertThat(read.at("/0/value").asString()).isEqualTo("v7");
    }

    @Test
    void shouldReturnAReadAtTheFirstRecordAndEmptyAfterTheTimeout() {
        String topic = newTopic(broker, 1);
        long begin = System.nanoTime();
        assertThat(
                        http.get(
                                        "/topics/"
                                                + topic
                                                + "/partitions/0/records?offset=0&timeout=500",
                                        Http.V2_TEXT)
                                .ok())
                .isEmpty();
        assertThat((System.nanoTime() - begin) / 1_000_000).isBetween(450L, 20_000L);
    }

    @Test
    void shouldGiveEachRecordOfManyConnectionsAnOffsetOfItsOwn() {
        String topic = newTopic(broker, 1);
        Set<Long> offsets = new HashSet<>();
        List<Long> answered =
                java.util.stream.IntStream.range(0, 200)
                        .parallel()
                        .mapToObj(
                                i ->
                                        http.post(
                                                        "/topics/" + topic,
                                                        Http.V2_TEXT,
                                                        "{\"records\":[{\"value\":\"v"
                                                                + i
                                                                + "\"}]}")
                                                .ok()
                                                .at("/offsets/0/offset")
                                                .asLong())
                        .toList();
        offsets.addAll(answered);
        assertThat(offsets).hasSize(200).allMatch(offset -> offset >= 0 && offset < 200);
        List<ConsumerRecord<String, String>> records = readAll(broker, topic, 0, 200);
        for (int i = 0; i < 200; i++) {
            assertThat(records.get(answered.get(i).intValue()).value()).isEqualTo("v" + i);
        }
    }
}
