package io.tidemark.metadata.image;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * A registered partition service.
 *
 * @param epoch the version at which this incarnation registered; newer incarnations fence older
 *     ones
 * @param incarnation chosen by the process at its start
 * @param listeners by listener name, as advertised
 * @param logDirs ids of its online log directories
 * @param fenced true while its session is lost: it leads nothing
 */
public record NodeImage(
        int id,
        long epoch,
        Uuid incarnation,
        List<Listener> listeners,
        Optional<String> rack,
        List<Uuid> logDirs,
        boolean fenced) {

    /** An advertised address. */
    public record Listener(String name, String host, int port) {}
}
