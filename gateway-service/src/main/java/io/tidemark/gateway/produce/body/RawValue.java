package io.tidemark.gateway.produce.body;

import tools.jackson.core.JsonToken;

/**
 * Where a JSON value stands in a body.
 *
 * @param token its first token
 * @param start index of its first byte
 * @param end index after its last byte
 */
record RawValue(JsonToken token, int start, int end) {

    boolean isNull() {
        return token == JsonToken.VALUE_NULL;
    }
}
