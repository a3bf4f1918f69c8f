package io.tidemark.partition.log;

import io.tidemark.environment.Disk;
import io.tidemark.partition.log.LogStore.StoredPartition;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;

/**
 * How the folder of a replica is named that is being copied into a log directory:
 *
 * <pre>
 *  &lt;topic id, 32 hexadecimal digits>-&lt;partition>-future
 * </pre>
 *
 * <p>Not by the topic's name, which may be as long as a name may be.
 */
public final class FutureFolder {
    private static final Pattern NAME =
            Pattern.compile("([0-9a-f]{16})([0-9a-f]{16})-([0-9]{1,9})-future");

    private FutureFolder() {}

    /** Whose copy it is. */
    public record Owner(Uuid topicId, int partition) {}

    static LogFolder of(Disk disk, StoredPartition replica) {
        return new LogFolder(disk, nameOf(new Owner(replica.topicId(), replica.partition())));
    }

    static String nameOf(Owner owner) {
        return String.format(
                Locale.ROOT,
                "%016x%016x-%d-future",
                owner.topicId.getMostSignificantBits(),
                owner.topicId.getLeastSignificantBits(),
                owner.partition);
    }

    static Optional<Owner> ownerOf(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                ? Optional.of(
                        new Owner(
                                new Uuid(
                                        Long.parseUnsignedLong(parts.group(1), 16),
                                        Long.parseUnsignedLong(parts.group(2), 16)),
                                Integer.parseInt(parts.group(3))))
                : Optional.empty();
    }
}
