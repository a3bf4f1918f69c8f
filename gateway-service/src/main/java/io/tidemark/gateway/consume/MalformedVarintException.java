package io.tidemark.gateway.consume;

/** Bytes that no cursor of ours holds. Never leaves {@link CursorText}. */
final class MalformedVarintException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    MalformedVarintException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    @Override
    public String getMessage() {
        return reason;
    }
}
