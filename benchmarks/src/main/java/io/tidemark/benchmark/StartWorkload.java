package io.tidemark.benchmark;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * From the start of the process to ready, and resident memory while idle, each side with its
 * default memory settings.
 */
final class StartWorkload {
    private static final int SETTLE_SECONDS = 5;

    private final Results results;
    private final Path folder;

    StartWorkload(Results results, Path folder) {
        this.results = results;
        this.folder = folder;
    }

    void run(int runs) throws Exception {
        for (int run = 0; run < runs; run++) {
            try (TidemarkBroker tidemark =
                    TidemarkBroker.start(folder.resolve("start-tidemark-" + run), "")) {
                results.add("start", "tidemark", "s", tidemark.startSeconds());
                idle(tidemark);
            }
            try (KafkaCluster kafka =
                    KafkaCluster.start(folder.resolve("start-kafka-" + run), "1g", 1)) {
                results.add("start", "kafka", "s", kafka.startSeconds());
                idle(kafka);
            }
        }
    }

    private void idle(Broker broker) throws Exception {
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        results.add("memory idle", broker.name(), "MiB", broker.residentMib());
    }
}
