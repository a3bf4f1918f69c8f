package io.tidemark.partition.serving;

import io.tidemark.partition.replica.Replica;
import io.tidemark.partition.replica.Role;
import io.tidemark.protocol.ErrorCode;

/** Who may be served by a replica as it is. Belongs to the partition's loop. */
public final class Admission {
    private final StoredLog stored;
    private final Replica replica;

    Admission(StoredLog stored, Replica replica) {
        this.stored = stored;
        this.replica = replica;
    }

    /**
     * Why it cannot serve what only leaders do; NONE where it can.
     *
     * @param clientEpoch the leader epoch the client knows; -1 where it names none
     */
    public ErrorCode refusal(int clientEpoch) {
        ErrorCode refusal = readRefusal(clientEpoch);
        return refusal != ErrorCode.NONE || replica.leading()
                ? refusal
                : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /** Why it cannot be read from, be it a leader or a follower (KIP-392); NONE where it can. */
    public ErrorCode readRefusal(int clientEpoch) {
        return switch (stored.state()) {
            case OFFLINE -> ErrorCode.KAFKA_STORAGE_ERROR;
            case CLOSED -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
            case ONLINE -> {
                ErrorCode epoch = replica.checkEpoch(clientEpoch);
                yield epoch != ErrorCode.NONE || !(replica.role() instanceof Role.Idle)
                        ? epoch
                        : ErrorCode.NOT_LEADER_OR_FOLLOWER;
            }
        };
    }
}
