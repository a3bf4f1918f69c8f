package io.tidemark.protocol.transport;

import io.tidemark.protocol.ErrorCode;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Message;

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
final class OlderErrors {
    private static final short LAST_PRODUCE = 3;
    private static final short LAST_FETCH = 5;
    private static final short LAST_LIST_OFFSETS = 4;

    private OlderErrors() {}

    /** Puts in place of errors that the version lacks the ones that it has. */
    static void tell(Message response, short version) {
        switch (response) {
            case ProduceResponseData produce when version <= LAST_PRODUCE ->
                    produce.responses().stream()
                            .flatMap(topic -> topic.partitionResponses().stream())
                            .forEach(each -> each.setErrorCode(ofStorage(each.errorCode())));
            case FetchResponseData fetch when version <= LAST_FETCH ->
                    fetch.responses().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .forEach(each -> each.setErrorCode(ofStorage(each.errorCode())));
            case ListOffsetsResponseData offsets when version <= LAST_LIST_OFFSETS ->
                    offsets.topics().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .forEach(each -> each.setErrorCode(ofOffsets(each.errorCode())));
            default -> {
                // The others' versions know all errors that they are answered.
            }
        }
    }

    private static short ofStorage(short error) {
        return error == ErrorCode.KAFKA_STORAGE_ERROR.number()
                ? ErrorCode.NOT_LEADER_OR_FOLLOWER.number()
                : error;
    }

    private static short ofOffsets(short error) {
        return error == ErrorCode.OFFSET_NOT_AVAILABLE.number()
                ? ErrorCode.LEADER_NOT_AVAILABLE.number()
                : error;
    }
}
