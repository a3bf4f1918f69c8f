package io.tidemark.environment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * An open file of a {@link Disk}. Reads and writes are positional, so different threads may use one
 * file; {@link #force} may run beside them.
 */
public interface DiskFile extends AutoCloseable {

    /**
     * Writes all remaining bytes of {@code source} at {@code position}. On failure some may have
     * been written.
     */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Writes all remaining bytes of all sources, in order, from {@code position} on (one gathered
     * write where the platform has it).
     */
    void write(ByteBuffer[] sources, long position) throws IOException;

    /**
     * Reads until {@code target} is full or the file ends. Returns the bytes read, 0 at the end.
     */
    int read(ByteBuffer target, long position) throws IOException;

    long size() throws IOException;

    /** Cuts the file to {@code size} bytes, where it is longer. */
    void truncate(long size) throws IOException;

    /**
     * Makes everything written so far durable (fdatasync). After a failure the file must not be
     * trusted.
     */
    void force() throws IOException;

    /** The channel for zero-copy transfer; null where there is none (a simulated disk). */
    @Nullable FileChannel channel();

    @Override
    void close() throws IOException;
}
