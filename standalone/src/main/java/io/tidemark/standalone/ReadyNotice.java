package io.tidemark.standalone;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** What a person reads when the broker is ready: where it is, and what to type next. */
final class ReadyNotice {

    private ReadyNotice() {}

    /**
     * @param version of this build
     * @param startup from the start of the process
     */
    static String of(
            String version,
            Addresses addresses,
            String clusterId,
            Path dataFolder,
            Duration startup) {
        String notice =
                """

               Tidemark %1$s is ready (%2$.1f s)
                 HTTP     %3$s         try it at %3$s/openapi
                 Kafka    %4$s
                 Health   %5$s/actuator/health     metrics at /actuator/prometheus
                 Data     %6$s

               Create a topic:     curl -H 'Content-Type: application/json' -d '{"topic_name":"greetings","partitions_count":3}' %3$s/v3/clusters/%7$s/topics
               Follow it:          curl -N '%3$s/topics/greetings/events?from=earliest'
               Produce to it:      curl -d 'hello' '%3$s/topics/greetings/events?key=world'
               Any Kafka client:   bootstrap.servers=%4$s
               Stop:               Ctrl-C, or ./tidemark down
               """;
        return String.format(
                Locale.ROOT,
                notice,
                version,
                startup.toMillis() / 1000.0,
                addresses.gateway(),
                addresses.kafka(),
                addresses.management(),
                dataFolder,
                clusterId);
    }
}
