package io.tidemark.gateway.produce.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionProducerTest extends PartitionProducerFixture {

    @Test
    void shouldAskForAnIdBeforeTheFirstBatch() {
        Delivery delivery = offer("a");
        assertThat(effects.idsAsked).isEqualTo(1);
        assertThat(effects.sent).isEmpty();

        producer.onProducerId(7, (short) 1);

        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 1, 0, 1));
        appended(40);
        assertThat(delivery.error(0)).isNull();
        assertThat(delivery.offset(0)).isEqualTo(40);
        assertThat(delivery.partition(0)).isEqualTo(3);
    }

    @Test
    void shouldSendUpToFiveBatchesAndJoinWhatArrivesMeanwhile() {
        // Given
        ready();
        List<Delivery> alone = List.of(offer("a"), offer("b"), offer("c"), offer("d"), offer("e"));
        List<Delivery> joined = List.of(offer("f"), offer("g"), offer("h"));
        assertThat(effects.sent).extracting(Sent::baseSequence).containsExactly(0, 1, 2, 3, 4);

        // When
        appended(0);

        // Then
        assertThat(alone.getFirst().offset(0)).isZero();
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 5, 3));
        for (int offset = 1; offset <= 5; offset++) {
            appended(offset);
        }
        assertThat(alone).extracting(d -> d.offset(0)).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(joined).extracting(d -> d.offset(0)).containsExactly(5L, 6L, 7L);
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldRepeatAllThatWasUnderWayInOrderOnceTheOldestIsStored() {
        // Given three batches, of which the first is refused, and the others for the gap
        ready();
        List<Delivery> deliveries = List.of(offer("a"), offer("b"), offer("c"));
        refuse(RETRIABLE);
        refuse(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(effects.waits).as("one is still under way").isEmpty();
        refuse(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(effects.waits).containsExactly(1);

        // When
        producer.onTimer();
        assertThat(effects.open()).as("the oldest goes alone").isEqualTo(1);
        appended(0);
        assertThat(effects.open()).isEqualTo(2);
        appended(1);
        appended(2);

        // Then
        assertThat(deliveries).extracting(d -> d.offset(0)).containsExactly(0L, 1L, 2L);
        assertThat(effects.sent).extracting(Sent::baseSequence).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(effects.idsAsked).isEqualTo(1);
    }

    @Test
    void shouldStartNoBatchWhileOthersMustBeRepeated() {
        ready();
        offer("a");
        offer("b");
        refuse(RETRIABLE);
        offer("c");
        assertThat(effects.sent).hasSize(2);
        answer(new SendOutcome.Unknown("broken"));
        offer("d");
        assertThat(effects.sent).hasSize(2);
        producer.onTimer();
        appended(0);
        appended(1);
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 2, 2));
    }

    @Test
    void shouldTakeALaterBatchForStoredWhileTheFirstIsInDoubt() {
        ready();
        Delivery first = offer("a");
        Delivery second = offer("b");
        answer(new SendOutcome.Unknown("lost"));
        appended(1);
        assertThat(second.offset(0)).isEqualTo(1);
        producer.onTimer();
        appended(0);
        assertThat(first.offset(0)).isZero();
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldSendEverythingToANewLeaderAtOnce() {
        // Given a leader that is silent
        ready();
        List<Delivery> deliveries = List.of(offer("a"), offer("b"));
        long silent = effects.oldestOpen();

        // When
        producer.onLeaderChanged();

        // Then
        assertThat(effects.waits).isEmpty();
        assertThat(effects.last()).isEqualTo(new Sent(7, (short) 0, 0, 1));
        effects.forget(2);
        appended(10);
        appended(11);
        assertThat(deliveries).extracting(d -> d.offset(0)).containsExactly(10L, 11L);

        // And an answer that comes late after all changes nothing
        producer.onSent(silent, new SendOutcome.Refused(ErrorCode.INVALID_RECORD, "late"));
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldCutAWaitShortWhenThereIsALeaderAgain() {
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "none"));
        assertThat(effects.waits).hasSize(1);
        producer.onLeaderChanged();
        appended(3);
        assertThat(delivery.offset(0)).isEqualTo(3);
        producer.onTimer();
        assertThat(producer.idle()).isTrue();
    }

    @Test
    void shouldRepeatTheSameBatchUnderTheSameSequence() {
        ready();
        Delivery delivery = offer("a");
        for (SendOutcome outcome :
                List.of(
                        new SendOutcome.Unknown("broken"),
                        new SendOutcome.NotSent(ErrorCode.LEADER_NOT_AVAILABLE, "no leader"),
                        new SendOutcome.Refused(RETRIABLE, ""))) {
            answer(outcome);
            producer.onTimer();
        }
        assertThat(effects.sent).hasSize(4).containsOnly(new Sent(7, (short) 0, 0, 1));
        assertThat(effects.waits).containsExactly(1, 2, 3);
        appended(5);
        assertThat(delivery.offset(0)).isEqualTo(5);
        assertThat(effects.idsAsked).isEqualTo(1);
    }

    @Test
    void shouldTakeADuplicateForStored() {
        ready();
        Delivery delivery = offer("a");
        answer(new SendOutcome.Unknown("broken"));
        producer.onTimer();
        answer(new SendOutcome.Refused(ErrorCode.DUPLICATE_SEQUENCE_NUMBER, ""));
        assertThat(delivery.error(0)).isNull();
        assertThat(delivery.offset(0)).isEqualTo(-1);
        offer("b");
        assertThat(effects.last().baseSequence()).isEqualTo(1);
    }

    @Test
    void shouldSendAgainUnderANewIdWhenTheLogForgotTheProducer() {
        ready();
        long id = 7;
        for (ErrorCode error :
                List.of(
                        ErrorCode.UNKNOWN_PRODUCER_ID,
                        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                        ErrorCode.INVALID_PRODUCER_EPOCH)) {
            offer("a");
            appended(0);
            Delivery delivery = offer("b");
            answer(new SendOutcome.Refused(error, ""));
            producer.onProducerId(++id, (short) 0);
            assertThat(effects.last()).isEqualTo(new Sent(id, (short) 0, 0, 1));
            appended(9);
            assertThat(delivery.offset(0)).isEqualTo(9);
        }
    }

    @Test
    void shouldKeepBatchesWithinTheLimit() {
        ready();
        effects.maxBatchBytes = 300;
        for (int i = 0; i < 25; i++) {
            offer("x".repeat(50));
        }
        int records = 0;
        while (!producer.idle()) {
            appended(records);
            assertThat(effects.lastBytes).isLessThanOrEqualTo(300);
            records++;
        }
        assertThat(effects.sent.stream().mapToInt(Sent::records).sum()).isEqualTo(25);
        assertThat(effects.sent).hasSizeLessThan(20);
        assertThat(effects.last().records()).isGreaterThan(1);
    }

    @Test
    void shouldSendARecordAloneThatIsLongerThanABatchShouldBe() {
        ready();
        effects.maxBatchBytes = 100;
        Delivery delivery = offer("x".repeat(500));
        appended(0);
        assertThat(delivery.error(0)).isNull();
    }
}
