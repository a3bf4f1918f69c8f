package io.tidemark.telemetry.liveness;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a process counts as dead.
 *
 * @param silence Silence after which a thread that owns something (an event loop, the groups, a
 *     disk's syncs, Raft) makes {@code /actuator/health/liveness} DOWN, with its name. One that is
 *     slow but answers is alive, and time in which the process itself was not scheduled does not
 *     count.
 */
@ConfigurationProperties("tidemark.liveness")
public record LivenessProperties(@DefaultValue("30s") Duration silence) {

    public LivenessProperties {
        if (silence.compareTo(Duration.ofSeconds(5)) < 0) {
            throw new IllegalArgumentException(
                    "tidemark.liveness.silence is " + silence + ": must be at least 5s");
        }
    }
}
