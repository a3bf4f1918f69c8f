package io.tidemark.gateway.group.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.consume.EmbeddedFormat;
import io.tidemark.gateway.group.member.Subscription;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstanceStateTest {

    @Test
    void shouldSurviveTheDirectory() {
        for (InstanceState state :
                List.of(
                        InstanceState.NOTHING,
                        new InstanceState(new Subscription.Nothing(), true, Map.of()),
                        new InstanceState(
                                new Subscription.Pattern("a\"b.*"),
                                false,
                                Map.of("t", Map.of(3, 12L))),
                        new InstanceState(
                                new Subscription.Topics(List.of("a", "b")), false, Map.of()))) {
            assertThat(InstanceState.fromJson(state.toJson())).isEqualTo(state);
        }
        assertThat(InstanceState.fromJson("")).isEqualTo(InstanceState.NOTHING);
    }

    @Test
    void shouldKeepSettingsInTheDirectory() {
        InstanceSettings settings =
                new InstanceSettings(
                        EmbeddedFormat.TEXT,
                        InstanceSettings.OffsetReset.NONE,
                        false,
                        7,
                        8,
                        9_000,
                        true,
                        false);
        assertThat(InstanceSettings.fromJson(settings.toJson())).isEqualTo(settings);
    }
}
