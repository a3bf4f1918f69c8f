package io.tidemark.gateway.produce;

import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.shared.idempotency.IdempotencyKey;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request whose body is read before anything is produced, and how its outcome is told. */
interface WholeBody {

    /** The records in the body; they may be slices of it. Called once, before all others. */
    List<Candidate> parse(Body body);

    /** Whether 204 answers as soon as the records are taken, and their outcome is not told. */
    default boolean accepted() {
        return false;
    }

    /**
     * Finds the key that the body stands for, where it is to be produced once by that; null where
     * it is not. Asked of a body that was parsed.
     */
    default @Nullable Function<Body, IdempotencyKey> key() {
        return null;
    }

    /** Of the answer. */
    int status(Delivery delivery);

    String contentType();

    /**
     * The answer's body.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException where the outcome is an error
     */
    StringBuilder json(Delivery delivery);

    /** Parses, and releases a body that cannot be parsed. */
    static List<Candidate> parse(WholeBody what, Body body) {
        try {
            return what.parse(body);
        } catch (RuntimeException e) {
            body.release();
            throw e;
        }
    }
}
