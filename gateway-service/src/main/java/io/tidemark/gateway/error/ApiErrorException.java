package io.tidemark.gateway.error;

/** Carries an {@link ApiError} to the place that answers. An expected outcome: it has no stack. */
public final class ApiErrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiError error;

    public ApiErrorException(ApiError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    public ApiError error() {
        return error;
    }
}
