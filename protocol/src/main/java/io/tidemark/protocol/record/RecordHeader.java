package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A record's header.
 *
 * @param value its bytes are those between position and limit; null is not the same as empty
 */
public record RecordHeader(String name, @Nullable ByteBuffer value) {}
