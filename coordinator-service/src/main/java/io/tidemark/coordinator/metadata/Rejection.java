package io.tidemark.coordinator.metadata;

import io.tidemark.metadata.command.CommandResult;
import io.tidemark.protocol.ErrorCode;

/**
 * A command is refused. Thrown by the checks of this package and turned into a result by {@link
 * MetadataDecider}; it never leaves the package.
 */
final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    Rejection(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }

    String message() {
        return String.valueOf(getMessage());
    }

    CommandResult.Rejected result() {
        return new CommandResult.Rejected(code.number(), message());
    }
}
