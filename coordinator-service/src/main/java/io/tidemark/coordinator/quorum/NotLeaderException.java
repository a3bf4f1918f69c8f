package io.tidemark.coordinator.quorum;

import java.io.IOException;
import java.util.Optional;

/** The proposal was not accepted, because this member does not lead. */
public final class NotLeaderException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String leaderId;

    public NotLeaderException(Optional<String> leaderId) {
        super(
                leaderId.map(id -> "Coordinator " + id + " leads")
                        .orElse("No coordinator leads at the moment"));
        this.leaderId = leaderId.orElse("");
    }

    /** The leader, where one is known. */
    public Optional<String> leaderId() {
        return leaderId.isEmpty() ? Optional.empty() : Optional.of(leaderId);
    }
}
