package io.tidemark.gateway.stream.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.group.member.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class UncommittedTest {

    private static final TopicPartition ZERO = new TopicPartition(new Uuid(1, 2), "orders", 0);
    private static final TopicPartition ONE = new TopicPartition(new Uuid(1, 2), "orders", 1);

    private final Uncommitted credit = new Uncommitted(3);

    @Test
    void shouldGiveBackWhatLiesBeforeTheAcknowledgedOffset() {
        assertThat(credit.use(ZERO, 10)).isTrue();
        assertThat(credit.use(ZERO, 12)).isTrue();
        assertThat(credit.use(ONE, 5)).isTrue();
        assertThat(credit.use(ONE, 6)).isFalse();
        assertThat(credit.exhausted()).isTrue();

        assertThat(credit.acknowledge(ZERO, 10)).isFalse();
        assertThat(credit.acknowledge(ZERO, 12)).isTrue();
        assertThat(credit.outstanding()).isEqualTo(2);
        assertThat(credit.acknowledge(ZERO, 12)).isFalse();
        assertThat(credit.use(ONE, 6)).isTrue();
        assertThat(credit.exhausted()).isTrue();
    }

    @Test
    void shouldGiveBackWhatGoesElsewhere() {
        credit.use(ZERO, 1);
        credit.use(ZERO, 2);
        credit.use(ONE, 1);
        assertThat(credit.forget(ZERO)).isTrue();
        assertThat(credit.forget(ZERO)).isFalse();
        assertThat(credit.outstanding()).isEqualTo(1);
    }
}
