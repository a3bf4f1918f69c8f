package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.Test;

class KafkaServerIT extends KafkaServerFixture {

    @Test
    void shouldTakeRequestsAtOnceAndAnswerInOrder() throws Exception {
        holdMetadata();
        try (RawClient client = start()) {
            for (int id = 0; id < 3; id++) {
                client.send(new MetadataRequestData(), V9, id);
            }
            var first = nextHeld();
            var second = nextHeld();
            var third = nextHeld();

            third.complete(metadata(3));
            second.complete(metadata(2));
            assertThat(client.socket().getInputStream().available()).isZero();
            first.complete(metadata(1));

            for (int id = 0; id < 3; id++) {
                MetadataResponseData response = client.receive(new MetadataResponseData(), V9, id);
                assertThat(response.controllerId()).isEqualTo(id + 1);
            }
        }
    }

    @Test
    void shouldTakeARequestThatComesByteByByte() throws Exception {
        holdMetadata();
        try (RawClient client = start()) {
            for (byte b : RawClient.frame(new MetadataRequestData(), V9, 7)) {
                client.send(new byte[] {b});
            }
            nextHeld().complete(metadata(1));
            client.receive(new MetadataResponseData(), V9, 7);
        }
    }

    @Test
    void shouldTakeManyRequestsThatComeAtOnce() throws Exception {
        handlers.add(
                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                        ApiMessageType.METADATA, (context, request) -> now(metadata(1))));
        try (RawClient client = start()) {
            byte[] one = RawClient.frame(new MetadataRequestData(), V9, 5);
            int count = 5_000;
            ByteBuffer all = ByteBuffer.allocate(one.length * count);
            while (all.hasRemaining()) {
                all.put(one);
            }
            Thread sender =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            client.send(all.array());
                                        } catch (IOException e) {
                                            throw new java.io.UncheckedIOException(e);
                                        }
                                    });
            for (int i = 0; i < count; i++) {
                client.receive(new MetadataResponseData(), V9, 5);
            }
            sender.join();
        }
    }

    @Test
    void shouldAdvertiseWhatIsServed() throws Exception {
        holdMetadata();
        handlers.add(
                FunctionHandler.<ProduceRequestData, ProduceResponseData>all(
                        ApiMessageType.PRODUCE, (c, r) -> now(new ProduceResponseData())));
        Features features =
                new Features(
                        7,
                        List.of(
                                new Features.Feature(
                                        "group.version", (short) 0, (short) 1, (short) 1),
                                new Features.Feature("kraft", (short) 1, (short) 2, (short) 0)));
        server = KafkaServer.start(config, loops, handlers, () -> features, ServerObserver.NONE);
        try (RawClient client = connect()) {
            for (short version = 0; version <= 4; version++) {
                client.send(
                        new ApiVersionsRequestData()
                                .setClientSoftwareName("x")
                                .setClientSoftwareVersion("1.0"),
                        version,
                        version);
                ApiVersionsResponseData response =
                        client.receive(new ApiVersionsResponseData(), version, version);
                assertThat(response.errorCode()).isZero();
                assertThat(response.apiKeys().find(ApiMessageType.METADATA.apiKey()).maxVersion())
                        .isEqualTo(ApiMessageType.METADATA.highestSupportedVersion(false));
                assertThat(response.apiKeys().find(ApiMessageType.PRODUCE.apiKey()).minVersion())
                        .isZero();
                assertThat(response.apiKeys()).hasSize(3);
                assertThat(response.supportedFeatures()).hasSize(Math.max(0, version - 2));
                if (version >= 3) {
                    assertThat(response.finalizedFeaturesEpoch()).isEqualTo(7);
                    assertThat(response.finalizedFeatures().find("group.version").maxVersionLevel())
                            .isEqualTo((short) 1);
                }
            }
        }
    }

    @Test
    void shouldAnswerApiVersionsOfAVersionItDoesNotKnow() throws Exception {
        try (RawClient client = start()) {
            byte[] frame = RawClient.frame(new ApiVersionsRequestData(), (short) 4, 3);
            ByteBuffer.wrap(frame).putShort(6, (short) 99);
            client.send(frame);
            ApiVersionsResponseData response =
                    client.receive(new ApiVersionsResponseData(), (short) 0, 3);
            assertThat(response.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.number());
            assertThat(response.apiKeys().find((short) 18).maxVersion()).isEqualTo((short) 4);
            // The client asks again, on the same connection.
            client.send(new ApiVersionsRequestData(), (short) 0, 4);
            client.receive(new ApiVersionsResponseData(), (short) 0, 4);
        }
    }

    @Test
    void shouldRefuseOddSoftwareNames() throws Exception {
        try (RawClient client = start()) {
            client.send(
                    new ApiVersionsRequestData()
                            .setClientSoftwareName("no spaces\n")
                            .setClientSoftwareVersion("1"),
                    (short) 3,
                    3);
            ApiVersionsResponseData response =
                    client.receive(new ApiVersionsResponseData(), (short) 3, 3);
            assertThat(response.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.number());
        }
    }

    @Test
    void shouldAnswerAVersionThatItReadsButDoesNotServeWithTheApisOwnError() throws Exception {
        handlers.add(
                new FunctionHandler<InitProducerIdRequestData, InitProducerIdResponseData>(
                        ApiMessageType.INIT_PRODUCER_ID,
                        (short) 0,
                        (short) 2,
                        (c, r) -> now(new InitProducerIdResponseData())));
        try (RawClient client = start()) {
            client.send(new InitProducerIdRequestData(), (short) 4, 1);
            assertThat(client.receive(new InitProducerIdResponseData(), (short) 4, 1).errorCode())
                    .isEqualTo(ErrorCode.UNSUPPORTED_VERSION.number());
            client.send(new InitProducerIdRequestData(), (short) 2, 2);
            assertThat(client.receive(new InitProducerIdResponseData(), (short) 2, 2).errorCode())
                    .isZero();
        }
    }

    @Test
    void shouldCloseWhatItCannotUnderstandAfterAnsweringWhatItCould() throws Exception {
        holdMetadata();
        byte[] unknownApi = RawClient.frame(new MetadataRequestData(), V9, 2);
        ByteBuffer.wrap(unknownApi).putShort(4, (short) 999);
        byte[] unknownVersion = RawClient.frame(new MetadataRequestData(), V9, 2);
        ByteBuffer.wrap(unknownVersion).putShort(6, (short) 999);
        byte[] cutOff = Arrays.copyOf(RawClient.frame(new MetadataRequestData(), V9, 2), 16);
        ByteBuffer.wrap(cutOff).putInt(0, 12);
        byte[] hugeArray =
                ByteBuffer.allocate(18)
                        .putInt(14)
                        .putShort((short) 3)
                        .putShort((short) 1)
                        .putInt(1)
                        .putShort((short) -1)
                        .putInt(Integer.MAX_VALUE)
                        .array();
        byte[] tooShort = ByteBuffer.allocate(7).putInt(3).array();
        byte[] tooLong = ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).array();
        byte[] negative = ByteBuffer.allocate(8).putInt(-5).array();
        server = KafkaServer.start(config, loops, handlers);
        for (byte[] bad :
                List.of(
                        unknownApi,
                        unknownVersion,
                        cutOff,
                        hugeArray,
                        tooShort,
                        tooLong,
                        negative)) {
            try (RawClient client = connect()) {
                client.send(new MetadataRequestData(), V9, 1);
                client.send(bad);
                nextHeld().complete(metadata(1));
                client.receive(new MetadataResponseData(), V9, 1);
                assertThat(client.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void shouldAnswerAFailureOfAHandlerWithTheApisOwnError() throws Exception {
        handlers.add(
                FunctionHandler.<InitProducerIdRequestData, InitProducerIdResponseData>all(
                        ApiMessageType.INIT_PRODUCER_ID,
                        (c, r) -> {
                            if (r.transactionTimeoutMs() == 1) {
                                throw new IllegalStateException("thrown on purpose by a test");
                            }
                            return CompletableFuture.failedFuture(
                                    r.transactionTimeoutMs() == 2
                                            ? new IOException("disk broken on purpose by a test")
                                            : new IllegalStateException("failed on purpose"));
                        }));
        try (RawClient client = start()) {
            ErrorCode[] expected = {
                ErrorCode.UNKNOWN_SERVER_ERROR,
                ErrorCode.KAFKA_STORAGE_ERROR,
                ErrorCode.UNKNOWN_SERVER_ERROR
            };
            for (int i = 1; i <= 3; i++) {
                client.send(
                        new InitProducerIdRequestData().setTransactionTimeoutMs(i), (short) 4, i);
                assertThat(
                                client.receive(new InitProducerIdResponseData(), (short) 4, i)
                                        .errorCode())
                        .isEqualTo(expected[i - 1].number());
            }
        }
    }
}
