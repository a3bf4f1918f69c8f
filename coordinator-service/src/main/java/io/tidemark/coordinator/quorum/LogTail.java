package io.tidemark.coordinator.quorum;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts what a power failure left half written at the end of Ratis' open segment, where Ratis itself
 * would refuse to start.
 *
 * <pre>
 * "RaftLog1"  ( length varint32 | entry | CRC-32C of both, 4 bytes )*  zeros
 * </pre>
 *
 * A broken entry was never acknowledged if the log does not say that it was committed: each commit
 * is followed by an entry that records it. Where such a record stands behind the broken entry, the
 * file is damaged, and is left as it is: Ratis refuses it.
 */
final class LogTail {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final int HEADER_BYTES = 8;
    private static final int CRC_BYTES = 4;
    private static final int MAX_VARINT_BYTES = 5;

    private LogTail() {}

    /** Cuts the open segments of all groups under a folder. */
    static void cut(Path folder) throws IOException {
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path group : groups) {
                cutGroup(group.resolve("current"));
            }
        }
    }

    private static void cutGroup(Path current) throws IOException {
        if (!Files.isDirectory(current)) {
            return;
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(current, "log_inprogress_*")) {
            for (Path segment : open) {
                cutSegment(segment);
            }
        }
    }

    private static void cutSegment(Path segment) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
        if (bytes.limit() < HEADER_BYTES) {
            return;
        }
        bytes.position(HEADER_BYTES);
        long lastIndex = -1;
        for (LogEntryProto entry = read(bytes); entry != null; entry = read(bytes)) {
            lastIndex = entry.getIndex();
        }
        int end = bytes.position();
        if (isZero(bytes, end)) {
            return;
        }
        long committed = lastCommitRecordedAfter(bytes, end);
        if (committed > lastIndex) {
            LOG.error(
                    "{} is damaged at byte {}: entry {} cannot be read, but {} was committed",
                    segment,
                    end,
                    lastIndex + 1,
                    committed);
            return;
        }
        LOG.warn("Cutting the half-written end of {} at byte {}", segment, end);
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(end);
            channel.force(true);
        }
    }

    /** The highest commit that any whole entry after a broken one records; -1 for none. */
    private static long lastCommitRecordedAfter(ByteBuffer bytes, int broken) {
        long highest = -1;
        for (int start = broken + 1; start < bytes.limit(); start++) {
            bytes.position(start);
            LogEntryProto entry = read(bytes);
            if (entry != null) {
                if (entry.hasMetadataEntry()) {
                    highest = Math.max(highest, entry.getMetadataEntry().getCommitIndex());
                }
                start = bytes.position() - 1;
            }
        }
        return highest;
    }

    /** The entry at the buffer's position, which moves behind it; null, unmoved, if none is. */
    private static @Nullable LogEntryProto read(ByteBuffer bytes) {
        int start = bytes.position();
        int length = readVarint(bytes);
        int body = bytes.position();
        bytes.position(start);
        if (length <= 0 || length > bytes.limit() - body - CRC_BYTES) {
            return null;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(start, body - start + length));
        if ((int) crc.getValue() != bytes.getInt(body + length)) {
            return null;
        }
        try {
            LogEntryProto proto = LogEntryProto.parseFrom(bytes.slice(body, length));
            bytes.position(body + length + CRC_BYTES);
            return proto;
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** Zero where no varint of up to five bytes stands at the position. */
    private static int readVarint(ByteBuffer bytes) {
        int value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES && bytes.hasRemaining(); i++) {
            byte next = bytes.get();
            value |= (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        return 0;
    }

    private static boolean isZero(ByteBuffer bytes, int from) {
        for (int i = from; i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
