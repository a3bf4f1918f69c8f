package io.tidemark.cluster.layout;

import java.util.Locale;
import java.util.Optional;

/** The kinds of process, in the order in which they are started. */
public enum Service {
    COORDINATOR(160),
    NODE(384),
    GATEWAY(256);

    private final int heapMb;

    Service(int heapMb) {
        this.heapMb = heapMb;
    }

    /** Heap of one process where many share a machine. */
    int heapMb() {
        return heapMb;
    }

    /** As it stands in commands, folders and the service's own start: {@code node}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Service> ofWord(String word) {
        for (Service service : values()) {
            if (service.word().equals(word)) {
                return Optional.of(service);
            }
        }
        return Optional.empty();
    }
}
