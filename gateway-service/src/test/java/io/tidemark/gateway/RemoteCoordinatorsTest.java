package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.telemetry.liveness.LivenessConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Coordinators may be named as flags do, and as an application.yaml does. */
class RemoteCoordinatorsTest {
    private final ApplicationContextRunner gateway =
            new ApplicationContextRunner()
                    .withUserConfiguration(RemoteCoordinators.class, LivenessConfiguration.class);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tidemark.coordinators=http://127.0.0.1:1,http://127.0.0.1:2",
                "tidemark.coordinators[0]=http://127.0.0.1:1"
            })
    void shouldFollowCoordinatorsThatAreNamed(String setting) {
        gateway.withPropertyValues(setting)
                .run(context -> assertThat(context).hasSingleBean(ControlPlane.class));
    }

    @Test
    void shouldLeaveTheControlPlaneToOthersWhereNoneIsNamed() {
        gateway.run(context -> assertThat(context).doesNotHaveBean(ControlPlane.class));
    }
}
