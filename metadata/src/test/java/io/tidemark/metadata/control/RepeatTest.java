package io.tidemark.metadata.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class RepeatTest {

    @Test
    void shouldRepeatOnlyWhatMayHappenTwice() {
        assertThat(Repeat.isHarmless(new Command.SetNodeFenced(1, 1, true))).isTrue();
        assertThat(Repeat.isHarmless(new Command.AllocateProducerIds(1, 1))).isTrue();
        assertThat(Repeat.isHarmless(create(true))).isTrue();
        assertThat(Repeat.isHarmless(create(false))).isFalse();
        assertThat(
                        Repeat.isHarmless(
                                new Command.DeleteTopic(
                                        Optional.empty(), Optional.of(new Uuid(1, 1)))))
                .isFalse();
    }

    private static Command create(boolean validateOnly) {
        return new Command.CreateTopic("orders", 1, 1, List.of(), Map.of(), validateOnly);
    }
}
