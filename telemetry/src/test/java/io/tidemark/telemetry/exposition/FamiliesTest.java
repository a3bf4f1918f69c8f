package io.tidemark.telemetry.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FamiliesTest {

    private static String scrape(PrometheusRegistry registry) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, registry.scrape());
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldShowNamesAsTheyAreWritten() throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register(
                Families.collector(
                        () ->
                                new Families()
                                        .counter("kafka_server_brokertopicmetrics_bytesin", "b", 9)
                                        .counter(
                                                "kafka_server_brokertopicmetrics_bytesin",
                                                "b",
                                                4,
                                                "topic",
                                                "orders")
                                        .gauge("kafka_consumergroup_lag", "l", 3, "topic", "t")));

        String text = scrape(registry);

        assertThat(text)
                .contains("kafka_server_brokertopicmetrics_bytesin_total 9.0")
                .contains("kafka_server_brokertopicmetrics_bytesin_total{topic=\"orders\"} 4.0")
                .contains("kafka_consumergroup_lag{topic=\"t\"} 3.0")
                .doesNotContain("_created");
    }

    @Test
    void shouldGatherAnewAtEachScrape() throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        int[] scrapes = {0};
        registry.register(Families.collector(() -> new Families().gauge("g", "", ++scrapes[0])));

        assertThat(scrape(registry)).contains("g 1.0");
        assertThat(scrape(registry)).contains("g 2.0");
    }

    @Test
    void shouldRefuseTheSameLabelsTwice() {
        Families families = new Families().gauge("g", "", 1, "a", "b").gauge("g", "", 2, "a", "b");

        assertThatThrownBy(families::snapshots).isInstanceOf(IllegalArgumentException.class);
    }
}
