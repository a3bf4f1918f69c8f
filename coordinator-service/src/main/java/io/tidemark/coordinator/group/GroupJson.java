package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.StoredGroups.Stored;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.metadata.json.MetadataJson;
import java.util.List;

/**
 * How groups are written:
 *
 * <pre>
 *  an entry of the log     [ change , change , ... ]
 *  a line of a snapshot    { a stored group }
 * </pre>
 */
public final class GroupJson {
    private GroupJson() {}

    /** One change; entries are lists of such. */
    public static byte[] encode(GroupChange change) {
        return MetadataJson.encodeBare(change, GroupChange.class);
    }

    /**
     * Reads an entry.
     *
     * @throws MetadataFormatException where it is none, or of a newer release
     */
    public static List<GroupChange> decodeEntry(byte[] entry) throws MetadataFormatException {
        return List.of(MetadataJson.decodeBare(entry, GroupChange[].class));
    }

    /** One group, whole. */
    public static byte[] encode(Stored group) {
        return MetadataJson.encodeBare(group, Stored.class);
    }

    /**
     * Reads what {@link #encode(Stored)} wrote.
     *
     * @throws MetadataFormatException where it is none
     */
    public static Stored decodeStored(byte[] json) throws MetadataFormatException {
        return MetadataJson.decodeBare(json, Stored.class);
    }
}
