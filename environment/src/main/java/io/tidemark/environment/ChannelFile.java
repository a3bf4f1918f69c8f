package io.tidemark.environment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file by its channel. */
final class ChannelFile implements DiskFile {
    private final String path;
    private final FileChannel channel;

    ChannelFile(String path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        try {
            long at = position;
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        } catch (IOException e) {
            throw DiskErrors.named(e, path);
        }
    }

    /**
     * Java has no gathered write at a position: the channel's own position is moved, under a lock
     * because it is shared state. Whoever gathers on one file is its only writer, so the lock is
     * free.
     */
    @Override
    public void write(ByteBuffer[] sources, long position) throws IOException {
        if (sources.length == 1) {
            write(sources[0], position);
            return;
        }
        try {
            synchronized (channel) {
                channel.position(position);
                int first = 0;
                while (first < sources.length) {
                    if (sources[first].hasRemaining()) {
                        channel.write(sources, first, sources.length - first);
                    } else {
                        first++;
                    }
                }
            }
        } catch (IOException e) {
            throw DiskErrors.named(e, path);
        }
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
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
        // Not told apart: what a failed fdatasync left behind is unknown, whatever the reason.
        channel.force(false);
    }

    @Override
    public FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
