package io.tidemark.partition.fetch;

import io.tidemark.environment.Clock;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.FetchRequestData;

/** What to fetch, once the request's session (KIP-227) has been looked at. */
sealed interface FetchPlan {
    int NO_SESSION = 0;
    int FINAL_EPOCH = -1;
    int INITIAL_EPOCH = 0;

    /**
     * @param session empty for a full fetch without one
     * @param full whether the response tells of every partition
     */
    record Accepted(List<FetchTarget> targets, Optional<FetchSession> session, boolean full)
            implements FetchPlan {}

    /** The client starts over with a full request. */
    record Refused(ErrorCode error) implements FetchPlan {}

    static FetchPlan of(
            FetchRequestData request,
            List<FetchTarget> named,
            List<FetchTarget.Key> forgotten,
            boolean byTopicId,
            boolean ofReplica,
            FetchSessions sessions,
            Clock clock) {
        int id = request.sessionId();
        int epoch = request.sessionEpoch();
        if (epoch == FINAL_EPOCH || epoch == INITIAL_EPOCH) {
            if (id != NO_SESSION) {
                sessions.close(id);
            }
            Optional<FetchSession> opened =
                    epoch == INITIAL_EPOCH
                            ? sessions.open(byTopicId, ofReplica, named)
                            : Optional.empty();
            return new Accepted(named, opened, true);
        }
        Optional<FetchSession> known = sessions.find(id);
        if (known.isEmpty()) {
            return new Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        FetchSession session = known.get();
        if (session.byTopicId() != byTopicId) {
            return new Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
        }
        if (!session.advance(epoch, named, forgotten, clock.nanos())) {
            return new Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        }
        return new Accepted(session.targets(), known, false);
    }
}
