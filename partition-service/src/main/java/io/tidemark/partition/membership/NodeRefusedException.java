package io.tidemark.partition.membership;

/** The coordinator does not let this node join; the message says why, for a person to read. */
public final class NodeRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NodeRefusedException(String message) {
        super(message);
    }
}
