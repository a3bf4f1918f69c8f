package io.tidemark.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OlderErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "3, KAFKA_STORAGE_ERROR, NOT_LEADER_OR_FOLLOWER",
        "4, KAFKA_STORAGE_ERROR, KAFKA_STORAGE_ERROR",
        "3, NONE, NONE"
    })
    void shouldTellProducersOfErrorsThatTheVersionKnows(
            short version, ErrorCode error, ErrorCode told) {
        var answer =
                new ProduceResponseData.PartitionProduceResponse().setErrorCode(error.number());
        var topic = new ProduceResponseData.TopicProduceResponse();
        topic.partitionResponses().add(answer);
        var response = new ProduceResponseData();
        response.responses().add(topic);

        VersionFit.fit(response, version);

        assertThat(ErrorCode.of(answer.errorCode())).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({
        "5, KAFKA_STORAGE_ERROR, NOT_LEADER_OR_FOLLOWER",
        "6, KAFKA_STORAGE_ERROR, KAFKA_STORAGE_ERROR",
        "4, OFFSET_OUT_OF_RANGE, OFFSET_OUT_OF_RANGE"
    })
    void shouldTellReadersOfErrorsThatTheVersionKnows(
            short version, ErrorCode error, ErrorCode told) {
        var answer = new FetchResponseData.PartitionData().setErrorCode(error.number());
        var topic = new FetchResponseData.FetchableTopicResponse().setPartitions(List.of(answer));

        VersionFit.fit(new FetchResponseData().setResponses(List.of(topic)), version);

        assertThat(ErrorCode.of(answer.errorCode())).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({
        "4, OFFSET_NOT_AVAILABLE, LEADER_NOT_AVAILABLE",
        "5, OFFSET_NOT_AVAILABLE, OFFSET_NOT_AVAILABLE",
        "4, KAFKA_STORAGE_ERROR, KAFKA_STORAGE_ERROR"
    })
    void shouldTellWhoAsksForOffsetsOfErrorsThatTheVersionKnows(
            short version, ErrorCode error, ErrorCode told) {
        var answer =
                new ListOffsetsResponseData.ListOffsetsPartitionResponse()
                        .setErrorCode(error.number());
        var topic =
                new ListOffsetsResponseData.ListOffsetsTopicResponse()
                        .setPartitions(List.of(answer));

        VersionFit.fit(new ListOffsetsResponseData().setTopics(List.of(topic)), version);

        assertThat(ErrorCode.of(answer.errorCode())).isEqualTo(told);
    }
}
