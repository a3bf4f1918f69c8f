package io.tidemark.protocol.server;

import io.tidemark.environment.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file with given bytes, with a channel to send from or without (as a simulated disk has it). */
final class TestFile implements DiskFile {
    private final FileChannel channel;
    private final boolean zeroCopy;

    TestFile(Path path, byte[] content, boolean zeroCopy) throws IOException {
        Files.write(path, content);
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
        this.zeroCopy = zeroCopy;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int total = 0;
        while (target.hasRemaining()) {
            int read = channel.read(target, position + total);
            if (read < 0) {
                break;
            }
            total += read;
        }
        return total;
    }

    @Override
    public @Nullable FileChannel channel() {
        return zeroCopy ? channel : null;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void write(ByteBuffer source, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(ByteBuffer[] sources, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force() {
        throw new UnsupportedOperationException();
    }
}
