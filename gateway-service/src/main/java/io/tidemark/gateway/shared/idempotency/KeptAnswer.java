package io.tidemark.gateway.shared.idempotency;

/**
 * An answer as it was given first.
 *
 * @param body text; empty with {@code cut} where it was too long to be kept
 * @param cut whether the body was left out
 */
public record KeptAnswer(int status, String contentType, String body, boolean cut) {

    public KeptAnswer(int status, String contentType, String body) {
        this(status, contentType, body, false);
    }

    /** This answer, or it without its body where that is longer than {@code maxChars}. */
    KeptAnswer within(long maxChars) {
        return body.length() <= maxChars ? this : new KeptAnswer(status, contentType, "", true);
    }
}
