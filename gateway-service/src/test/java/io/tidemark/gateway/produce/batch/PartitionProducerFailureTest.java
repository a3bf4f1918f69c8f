package io.tidemark.gateway.produce.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of records whose batches are refused, or whose time is over. */
class PartitionProducerFailureTest extends PartitionProducerFixture {

    @Test
    void shouldFailAtItsTimeWhatHasNoLeaderAndSayWhy() {
        // Given
        ready();
        Delivery sent = offer("a");
        Delivery queued = offer("b");
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        Delivery late = offer("c");

        // When it is nearly time
        clock.nanos += TIMEOUT_NANOS - 1;
        producer.onTick();
        assertThat(sent.error(0)).isNull();

        // Then
        clock.nanos += 1;
        producer.onTick();
        for (Delivery each : List.of(sent, queued, late)) {
            assertThat(error(each))
                    .isEqualTo(ApiError.of(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        }
        producer.onTimer();
        assertThat(producer.idle()).isTrue();
        offer("d");
        assertThat(effects.last().baseSequence()).as("the sequences were not used").isZero();
    }

    @Test
    void shouldFailEachRecordAtItsOwnTime() {
        ready();
        Delivery patient = offer("a", TIMEOUT_NANOS);
        Delivery hasty = offer("b", TIMEOUT_NANOS / 10);
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"));
        clock.nanos += TIMEOUT_NANOS / 10;
        producer.onTick();
        assertThat(hasty.error(0)).isNotNull();
        assertThat(patient.error(0)).isNull();
        producer.onTimer();
        appended(0);
        assertThat(patient.offset(0)).isZero();
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldKeepTheSequenceOfAFailedBatchForThoseBehindIt() {
        // Given a batch that may be stored and whose time is over, and one behind it
        ready();
        Delivery hasty = offer("a", TIMEOUT_NANOS / 10);
        Delivery patient = offer("b", TIMEOUT_NANOS);
        answer(new SendOutcome.Unknown("lost"));
        answer(new SendOutcome.Unknown("lost"));
        clock.nanos += TIMEOUT_NANOS / 10;
        producer.onTick();
        assertThat(error(hasty).message()).contains("unknown");

        // When both are repeated, the failed one too
        producer.onTimer();
        assertThat(effects.last().baseSequence()).isZero();
        assertThat(effects.lastTimeoutNanos).isGreaterThan(TIMEOUT_NANOS / 10);
        answer(new SendOutcome.Refused(ErrorCode.DUPLICATE_SEQUENCE_NUMBER, ""));
        appended(1);

        // Then
        assertThat(patient.offset(0)).isEqualTo(1);
        assertThat(error(hasty).message()).contains("unknown");
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldNotSendWhatHasFailedOnceNothingNeedsItAnyMore() {
        ready();
        offer("a");
        answer(new SendOutcome.Unknown("lost"));
        clock.nanos += TIMEOUT_NANOS;
        producer.onTick();
        int sent = effects.sent.size();
        producer.onTimer();
        assertThat(effects.sent).hasSize(sent);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldFailInTimeAndForgetASequenceThatMayBeUsedUp() {
        // Given
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.Unknown("broken"));
        clock.nanos += TIMEOUT_NANOS;

        // When
        producer.onTimer();

        // Then
        assertThat(effects.sent).hasSize(1);
        assertThat(error(delivery).status()).isEqualTo(503);
        assertThat(error(delivery).message()).contains("unknown");
        offer("b");
        assertThat(effects.idsAsked).isEqualTo(2);
    }

    @Test
    void shouldKeepTheSequenceWhenItIsCertainThatNothingWasStored() {
        ready();
        Delivery delivery = offer("a");
        clock.nanos += TIMEOUT_NANOS;
        answer(new SendOutcome.Refused(RETRIABLE, "gone"));
        assertThat(error(delivery).message()).isEqualTo("gone");
        offer("b");
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 0, 1));
    }

    @Test
    void shouldTellSoonThatADiskIsFull() {
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is full"));
        assertThat(effects.waits).hasSize(1);
        clock.nanos += TIMEOUT_NANOS / 10;
        producer.onTick();
        assertThat(error(delivery).status()).isEqualTo(503);
        assertThat(error(delivery).message()).isEqualTo("The disk is full");
        producer.onTimer();
        offer("b");
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 0, 1));
    }

    @Test
    void shouldSayOfWhatIsRefusedForTheGapWhyThereIsOne() {
        ready();
        offer("a");
        Delivery second = offer("b");
        Delivery third = offer("c");
        answer(new SendOutcome.Refused(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is full"));
        String gap = "Sequence 1 of producer 7, epoch 0, is not the next one";
        answer(new SendOutcome.Refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, gap));
        answer(new SendOutcome.Refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, gap));
        clock.nanos += TIMEOUT_NANOS;
        producer.onTick();
        assertThat(error(second).message()).isEqualTo("The disk is full");
        assertThat(error(third).message()).isEqualTo("The disk is full");
    }

    @Test
    void shouldNotRiskADuplicateWhenAnEarlierAttemptMayHaveStoredIt() {
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.Unknown("broken"));
        producer.onTimer();
        answer(new SendOutcome.Refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, ""));
        assertThat(error(delivery).message()).contains("unknown");
        assertThat(effects.sent).hasSize(2);
    }

    @Test
    void shouldFailOnlyTheRecordThatIsAtFault() {
        // Given
        ready();
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            deliveries.add(offer(i == 2 || i == 9 ? "bad" : "good"));
        }

        // When the log refuses a batch with a bad record, and each batch behind a gap
        int next = 0;
        while (!producer.idle()) {
            Sent sent = effects.sent.get((int) effects.oldestOpen() - effects.sentBefore);
            if (effects.payloads.get((int) effects.oldestOpen()).contains("bad")) {
                refuse(ErrorCode.INVALID_RECORD);
            } else if (sent.baseSequence() == next) {
                appended(next);
                next += sent.records();
            } else {
                refuse(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
            }
        }

        // Then
        long offset = 0;
        for (int i = 0; i < 14; i++) {
            boolean bad = i == 2 || i == 9;
            assertThat(deliveries.get(i).error(0) != null).as("record %d", i).isEqualTo(bad);
            assertThat(deliveries.get(i).offset(0)).isEqualTo(bad ? -1 : offset++);
        }
        assertThat(next).isEqualTo(12);
    }

    @Test
    void shouldFailEverythingOfADeletedTopic() {
        ready();
        Delivery first = offer("a");
        Delivery second = offer("b");
        answer(new SendOutcome.TopicGone());
        assertThat(error(first).errorCode()).isEqualTo(40401);
        assertThat(error(second).errorCode()).isEqualTo(40401);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldExpireWhatWaitsForAnId() {
        Delivery delivery = offer("a");
        producer.onNoProducerId(new SendOutcome.NotSent(ErrorCode.NETWORK_EXCEPTION, "down"));
        clock.nanos += TIMEOUT_NANOS;
        producer.onTimer();
        assertThat(error(delivery).status()).isEqualTo(503);
        assertThat(producer.idle()).isTrue();
    }
}
