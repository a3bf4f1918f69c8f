package io.tidemark.protocol.server;

import io.tidemark.protocol.ErrorCode;
import org.apache.kafka.common.message.ApiMessageType;

/**
 * Errors as clients of older versions know them. A client takes a number that it does not know for
 * an error that nothing can be done about; Kafka tells it of the nearest one that has it look for
 * the leader and try again, and so do we.
 *
 * <pre>
 *  Produce      to v3   KAFKA_STORAGE_ERROR   NOT_LEADER_OR_FOLLOWER
 *  Fetch        to v5   KAFKA_STORAGE_ERROR   NOT_LEADER_OR_FOLLOWER
 *  ListOffsets  to v4   OFFSET_NOT_AVAILABLE  LEADER_NOT_AVAILABLE
 * </pre>
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/oQQIAw">KIP-112: storage errors</a>
 * @see <a href="https://cwiki.apache.org/confluence/x/FZcABQ">KIP-207: offsets after an
 *     election</a>
 */
public final class OlderErrors {
    private static final short LAST_PRODUCE = 3;
    private static final short LAST_FETCH = 5;
    private static final short LAST_LIST_OFFSETS = 4;

    private OlderErrors() {}

    /** The error to tell in a version of an API. */
    public static ErrorCode told(ApiMessageType api, short version, ErrorCode error) {
        boolean older =
                switch (api) {
                    case PRODUCE -> version <= LAST_PRODUCE;
                    case FETCH -> version <= LAST_FETCH;
                    case LIST_OFFSETS -> version <= LAST_LIST_OFFSETS;
                    default -> false;
                };
        if (!older) {
            return error;
        }
        boolean offsets = api == ApiMessageType.LIST_OFFSETS;
        if (error == ErrorCode.KAFKA_STORAGE_ERROR && !offsets) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        return error == ErrorCode.OFFSET_NOT_AVAILABLE && offsets
                ? ErrorCode.LEADER_NOT_AVAILABLE
                : error;
    }
}
