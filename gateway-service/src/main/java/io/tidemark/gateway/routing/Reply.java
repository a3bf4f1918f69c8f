package io.tidemark.gateway.routing;

import io.tidemark.protocol.ErrorCode;

/** What a node's response means to the one who asked. */
public sealed interface Reply<T> {

    /** The answer. */
    record Answer<T>(T value) implements Reply<T> {}

    /** An error of the protocol; a retriable one is asked again while time remains. */
    record Refused<T>(ErrorCode error, String message) implements Reply<T> {}
}
