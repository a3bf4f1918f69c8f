package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.OffsetsCommitted;
import io.tidemark.metadata.json.MetadataFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How the log has changes of groups:
 *
 * <pre>
 *  entry   [ format 1 ] change*
 *  change  [ kind 1 ] [ length varint ] [ body ]
 *
 *  kind 1  a change of any type as JSON
 *  kind 2  committed offsets:
 *          group text, then for each run of offsets of one topic
 *          topic text, topicId 16, offsets varint, then each of them
 *          partition varint, offset zigzag, leaderEpoch zigzag, metadata text, commitMs zigzag,
 *          expires 1 (0 or 1), and if so expireMs zigzag
 *
 *  varint  as in protocol buffers; zigzag is one whose sign is its lowest bit
 *  text    its length in bytes as a varint, then UTF-8
 * </pre>
 *
 * Commits come by the ten thousand a second, all else comes with a rebalance. Entries of before
 * this format are a JSON list of changes, and are read as well. Safe for any thread.
 *
 * @see <a href="../../../../../../../../docs/adr/0140-binary-entries-of-commits.md">ADR 140</a>
 */
public final class GroupEntries {
    private static final byte FORMAT = 1;
    private static final byte JSON = 1;
    private static final byte OFFSETS = 2;

    /** A format's number is below it; texts such as a JSON list or object begin above. */
    private static final int FIRST_CHARACTER = ' ';

    private GroupEntries() {}

    /** An entry without a change. */
    public static byte[] empty() {
        return new byte[] {FORMAT};
    }

    /** Whether an entry of the log is one of groups, whatever its format. */
    public static boolean isEntry(byte[] entry) {
        return entry.length > 0
                && (entry[0] == '[' || (entry[0] >= 0 && entry[0] < FIRST_CHARACTER));
    }

    /** One change, as {@link #join} takes it. */
    public static byte[] encode(GroupChange change) {
        BinaryWriter body = new BinaryWriter(256);
        if (change instanceof OffsetsCommitted commit) {
            OffsetsFormat.write(commit, body);
            return framed(OFFSETS, body);
        }
        body.bytes(GroupJson.encode(change));
        return framed(JSON, body);
    }

    private static byte[] framed(byte kind, BinaryWriter body) {
        byte[] bytes = body.toBytes();
        return new BinaryWriter(bytes.length + 6)
                .oneByte(kind)
                .varint(bytes.length)
                .bytes(bytes)
                .toBytes();
    }

    /** The entry of these changes, each as {@link #encode} wrote it. */
    public static byte[] join(List<byte[]> changes) {
        int length = 1 + changes.stream().mapToInt(change -> change.length).sum();
        byte[] entry = new byte[length];
        entry[0] = FORMAT;
        int position = 1;
        for (byte[] change : changes) {
            System.arraycopy(change, 0, entry, position, change.length);
            position += change.length;
        }
        return entry;
    }

    /**
     * Reads an entry of this or the earlier format.
     *
     * @throws MetadataFormatException where it is none, or of a newer release; says what and where
     */
    public static List<GroupChange> decode(byte[] entry) throws MetadataFormatException {
        if (!isEntry(entry)) {
            throw new MetadataFormatException("Not an entry of groups");
        }
        if (entry[0] == '[') {
            return GroupJson.decodeList(entry);
        }
        if (entry[0] != FORMAT) {
            throw new MetadataFormatException(
                    "Format %d of an entry of groups is not known here; %d is"
                            .formatted(entry[0], FORMAT));
        }
        BinaryReader in = new BinaryReader(entry, 1, entry.length);
        List<GroupChange> changes = new ArrayList<>();
        while (in.hasMore()) {
            changes.add(change(entry, in));
        }
        return Collections.unmodifiableList(changes);
    }

    private static GroupChange change(byte[] entry, BinaryReader in)
            throws MetadataFormatException {
        int start = in.position();
        byte kind = in.oneByte("the kind of a change");
        int length = in.length("a change");
        int from = in.position();
        in.skip(length);
        return switch (kind) {
            case JSON -> GroupJson.decode(Arrays.copyOfRange(entry, from, from + length));
            case OFFSETS -> OffsetsFormat.read(new BinaryReader(entry, from, from + length));
            default ->
                    throw new MetadataFormatException(
                            "Unknown kind %d of a change of groups at byte %d"
                                    .formatted(kind, start));
        };
    }
}
