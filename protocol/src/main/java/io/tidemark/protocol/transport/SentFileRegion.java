package io.tidemark.protocol.transport;

import io.netty.channel.DefaultFileRegion;
import io.tidemark.protocol.record.FileBytes;
import java.nio.channels.FileChannel;

/** A range of a file that others go on using: it is not closed afterwards. */
final class SentFileRegion extends DefaultFileRegion {
    private final FileBytes bytes;

    /**
     * @param bytes taken by the caller
     */
    SentFileRegion(FileChannel channel, FileBytes bytes) {
        super(channel, bytes.position(), bytes.sizeInBytes());
        this.bytes = bytes;
    }

    @Override
    protected void deallocate() {
        bytes.free();
    }
}
