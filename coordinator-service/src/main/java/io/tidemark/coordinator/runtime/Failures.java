package io.tidemark.coordinator.runtime;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** Turns what futures fail with into what callers were promised. */
final class Failures {
    private Failures() {}

    static IOException asIo(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null ->
                    asIo(wrapped.getCause());
            case IOException io -> io;
            case TimeoutException late ->
                    new IOException("The coordinator did not answer in time", late);
            case Throwable other -> new IOException(String.valueOf(other.getMessage()), other);
        };
    }
}
