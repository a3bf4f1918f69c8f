package io.tidemark.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/** Compares index files with a scan of the segment, as Kafka's DumpLogSegments does. */
final class IndexCheck {
    private IndexCheck() {}

    /** Checks every segment in a closed log's folder. */
    static void check(Disk disk, String folder) throws IOException {
        for (String name : disk.list(folder)) {
            if (name.endsWith(".log")) {
                String base = folder + "/" + name.substring(0, name.length() - 4);
                check(
                        Long.parseLong(name.substring(0, 20)),
                        read(disk, base + ".log"),
                        read(disk, base + ".index"),
                        read(disk, base + ".timeindex"));
            }
        }
    }

    private static void check(long base, ByteBuffer log, ByteBuffer index, ByteBuffer times) {
        TreeMap<Long, Integer> positionByLastOffset = new TreeMap<>();
        long greatest = -1;
        for (int at = 0; at < log.limit(); at += BatchHeader.sizeBytes(log, at)) {
            positionByLastOffset.put(BatchHeader.lastOffset(log, at), at);
            greatest = Math.max(greatest, BatchHeader.maxTimestampMs(log, at));
        }
        assertThat(index.limit() % 8).isZero();
        long before = -1;
        for (int at = 0; at < index.limit(); at += 8) {
            long offset = base + index.getInt(at);
            assertThat(positionByLastOffset).containsEntry(offset, index.getInt(at + 4));
            assertThat(offset).isGreaterThan(before);
            before = offset;
        }
        assertThat(times.limit() % 12).isZero();
        long timeBefore = -1;
        for (int at = 0; at < times.limit(); at += 12) {
            long offset = base + times.getInt(at + 8);
            assertThat(positionByLastOffset).containsKey(offset);
            int position = positionByLastOffset.getOrDefault(offset, 0);
            assertThat(BatchHeader.maxTimestampMs(log, position)).isEqualTo(times.getLong(at));
            assertThat(times.getLong(at)).isGreaterThan(timeBefore);
            timeBefore = times.getLong(at);
        }
        assertThat(timeBefore).isEqualTo(greatest);
    }

    private static ByteBuffer read(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.openForRead(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return bytes.flip();
        }
    }
}
