package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupStates.Stored;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.metadata.json.MetadataJson;
import java.util.List;

/**
 * Groups as JSON: a change within an {@link GroupEntries entry}, a whole entry of earlier releases,
 * and a stored group, which is a line of a snapshot.
 */
public final class GroupJson {
    private GroupJson() {}

    static byte[] encode(GroupChange change) {
        return MetadataJson.encodeBare(change, GroupChange.class);
    }

    /**
     * Reads one change.
     *
     * @throws MetadataFormatException where it is none, or of a newer release
     */
    static GroupChange decode(byte[] change) throws MetadataFormatException {
        return MetadataJson.decodeBare(change, GroupChange.class);
    }

    /**
     * Reads a list of changes, which an entry was in earlier releases.
     *
     * @throws MetadataFormatException where it is none, or of a newer release
     */
    static List<GroupChange> decodeList(byte[] entry) throws MetadataFormatException {
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
