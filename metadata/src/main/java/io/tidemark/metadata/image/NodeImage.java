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
 * @param fenced true while it has no session: it leads nothing. A node starts fenced and is
 *     unfenced by its first heartbeat that has seen its registration
 * @param draining true from the moment it announced its stop: it serves what it still leads, and is
 *     given nothing
 */
public record NodeImage(
        int id,
        long epoch,
        Uuid incarnation,
        List<Listener> listeners,
        Optional<String> rack,
        List<Uuid> logDirs,
        boolean fenced,
        boolean draining) {

    public NodeImage {
        listeners = List.copyOf(listeners);
        logDirs = List.copyOf(logDirs);
    }

    /** An advertised address. */
    public record Listener(String name, String host, int port) {}

    /** The address of the named listener. */
    public Optional<Listener> listener(String name) {
        return listeners.stream().filter(listener -> listener.name().equals(name)).findFirst();
    }

    /** Whether it may be given partitions to lead and replicas to hold. */
    public boolean live() {
        return !fenced && !draining;
    }

    NodeImage withFenced(boolean changed) {
        return new NodeImage(id, epoch, incarnation, listeners, rack, logDirs, changed, draining);
    }

    NodeImage withDraining(boolean changed) {
        return new NodeImage(id, epoch, incarnation, listeners, rack, logDirs, fenced, changed);
    }
}
