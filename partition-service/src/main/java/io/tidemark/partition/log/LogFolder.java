package io.tidemark.partition.log;

import io.tidemark.environment.Disk;
import java.util.Locale;

/**
 * One partition's folder on a disk, and how its files are named.
 *
 * <pre>
 *  orders-0/
 *    00000000000000000000.log         records; the name is the first offset
 *    00000000000000000000.index       {@link OffsetIndex}
 *    00000000000000000000.timeindex   {@link TimeIndex}
 *    00000000000000000123.snapshot    {@link ProducerSnapshot}: producers as of that offset
 *    leader-epoch-checkpoint          {@link LeaderEpochs}
 *    partition.metadata               {@link TopicIdFile}
 *    quarantine-checkpoint            {@link Quarantine}, where anything is quarantined
 *    *.deleted                        on their way out
 * </pre>
 */
record LogFolder(Disk disk, String name) {
    static final String LOG = ".log";
    static final String INDEX = ".index";
    static final String TIME_INDEX = ".timeindex";
    static final String SNAPSHOT = ".snapshot";
    static final String DELETED = ".deleted";

    private static final int OFFSET_DIGITS = 20;

    static String nameOf(String topic, int partition) {
        return topic + "-" + partition;
    }

    String path(String file) {
        return name + "/" + file;
    }

    String path(long offset, String suffix) {
        return path(fileName(offset, suffix));
    }

    static String fileName(long offset, String suffix) {
        return String.format(Locale.ROOT, "%020d", offset) + suffix;
    }

    /** The offset in a file's name; -1 where the name is not 20 digits and {@code suffix}. */
    static long offsetOf(String fileName, String suffix) {
        if (fileName.length() != OFFSET_DIGITS + suffix.length() || !fileName.endsWith(suffix)) {
            return -1;
        }
        long offset = 0;
        for (int i = 0; i < OFFSET_DIGITS; i++) {
            int digit = fileName.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            offset = offset * 10 + digit;
        }
        return offset;
    }
}
