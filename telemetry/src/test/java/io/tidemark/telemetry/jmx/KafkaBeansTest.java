package io.tidemark.telemetry.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaBeansTest {
    private static final String METER =
            "test.tidemark:type=BrokerTopicMetrics,name=MessagesInPerSec";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong counter = new AtomicLong();
    private final KafkaBeans beans = new KafkaBeans(server, nanos::get);

    @AfterEach
    void close() {
        beans.close();
    }

    private Object read(String bean, String attribute) throws Exception {
        return server.getAttribute(new ObjectName(bean), attribute);
    }

    @Test
    void shouldShowAMeterAsKafkaDoes() throws Exception {
        beans.meter(METER, "messages", counter::get);

        counter.set(500);
        nanos.set(5_000_000_000L);
        beans.tick();

        assertThat(read(METER, "Count")).isEqualTo(500L);
        assertThat(read(METER, "EventType")).isEqualTo("messages");
        assertThat(read(METER, "RateUnit")).isEqualTo("SECONDS");
        assertThat((Double) read(METER, "MeanRate")).isEqualTo(100);
        assertThat((Double) read(METER, "OneMinuteRate")).isEqualTo(100);
    }

    @Test
    void shouldLetARateFadeByItsTime() throws Exception {
        beans.meter(METER, "messages", counter::get);
        counter.set(500);
        beans.tick();

        for (int i = 0; i < 12; i++) {
            beans.tick(); // a minute without an event
        }

        assertThat((Double) read(METER, "OneMinuteRate")).isCloseTo(100 / Math.E, within(0.01));
        assertThat((Double) read(METER, "FifteenMinuteRate"))
                .isCloseTo(100 * Math.exp(-1 / 15.0), within(0.01));
    }

    @Test
    void shouldTakeACounterThatBeganAnewForNoEvents() throws Exception {
        counter.set(500);
        beans.meter(METER, "messages", counter::get);
        counter.set(0);

        beans.tick();

        assertThat((Double) read(METER, "OneMinuteRate")).isZero();
    }

    @Test
    void shouldRemoveTheMetersOfAGroupThatAreGone() throws Exception {
        String first = METER + ",topic=orders";
        String second = METER + ",topic=payments";
        beans.meters("topics", Map.of(first, counter::get, second, counter::get), "messages");

        beans.meters("topics", Map.of(second, counter::get), "messages");

        assertThat(server.isRegistered(new ObjectName(first))).isFalse();
        assertThat(server.isRegistered(new ObjectName(second))).isTrue();
    }

    @Test
    void shouldRemoveEverythingWhenClosed() throws Exception {
        beans.gauge("test.tidemark:type=ReplicaManager,name=LeaderCount", () -> 7);
        assertThat(read("test.tidemark:type=ReplicaManager,name=LeaderCount", "Value"))
                .isEqualTo(7);

        beans.close();

        assertThat(server.queryNames(new ObjectName("test.tidemark:*"), null)).isEmpty();
    }

    @Test
    void shouldRefuseAnAttributeThatIsNotThere() {
        beans.meter(METER, "messages", counter::get);

        assertThatThrownBy(() -> read(METER, "Median"))
                .isInstanceOf(AttributeNotFoundException.class)
                .hasMessageContaining("OneMinuteRate");
    }
}
