package io.tidemark.protocol;

/**
 * Every outcome that is not success, in one place: its number in the Kafka protocol, whether the
 * same request may succeed later, and the HTTP status and code of the REST interface.
 *
 * @see <a href="https://kafka.apache.org/protocol#protocol_error_codes">Kafka's error codes</a>
 */
public enum ErrorCode {
    UNKNOWN_SERVER_ERROR(-1, false, 500, 50002),
    NONE(0, false, 200, 200),
    OFFSET_OUT_OF_RANGE(1, false, 400, 40002),
    CORRUPT_MESSAGE(2, true, 400, 42206),
    UNKNOWN_TOPIC_OR_PARTITION(3, true, 404, 40401),
    INVALID_FETCH_SIZE(4, false, 400, 40002),
    LEADER_NOT_AVAILABLE(5, true, 503, 40404),
    NOT_LEADER_OR_FOLLOWER(6, true, 503, 50003),
    REQUEST_TIMED_OUT(7, true, 503, 50301),
    MESSAGE_TOO_LARGE(10, false, 413, 42206),
    NETWORK_EXCEPTION(13, true, 503, 50301),
    COORDINATOR_NOT_AVAILABLE(15, true, 503, 50301),
    INVALID_TOPIC_EXCEPTION(17, false, 400, 40002),
    RECORD_LIST_TOO_LARGE(18, false, 413, 42206),
    NOT_ENOUGH_REPLICAS(19, true, 503, 50003),
    NOT_ENOUGH_REPLICAS_AFTER_APPEND(20, true, 503, 50003),
    INVALID_REQUIRED_ACKS(21, false, 400, 40002),
    TOPIC_AUTHORIZATION_FAILED(29, false, 403, 40301),
    GROUP_AUTHORIZATION_FAILED(30, false, 403, 40301),
    CLUSTER_AUTHORIZATION_FAILED(31, false, 403, 40301),
    INVALID_TIMESTAMP(32, false, 400, 40002),
    UNSUPPORTED_VERSION(35, false, 400, 40002),
    TOPIC_ALREADY_EXISTS(36, false, 409, 40902),
    INVALID_PARTITIONS(37, false, 400, 40002),
    INVALID_REPLICATION_FACTOR(38, false, 400, 40002),
    INVALID_REPLICA_ASSIGNMENT(39, false, 400, 40002),
    INVALID_CONFIG(40, false, 422, 42204),
    NOT_CONTROLLER(41, true, 503, 50003),
    INVALID_REQUEST(42, false, 400, 40002),
    UNSUPPORTED_FOR_MESSAGE_FORMAT(43, false, 400, 42206),
    POLICY_VIOLATION(44, false, 403, 40301),
    OUT_OF_ORDER_SEQUENCE_NUMBER(45, false, 503, 50003),
    DUPLICATE_SEQUENCE_NUMBER(46, false, 409, 40903),
    INVALID_PRODUCER_EPOCH(47, false, 409, 40903),
    KAFKA_STORAGE_ERROR(56, true, 503, 50003),
    UNKNOWN_PRODUCER_ID(59, false, 503, 50003),
    FETCH_SESSION_ID_NOT_FOUND(70, true, 503, 50003),
    INVALID_FETCH_SESSION_EPOCH(71, true, 503, 50003),
    FENCED_LEADER_EPOCH(74, true, 503, 50003),
    UNKNOWN_LEADER_EPOCH(75, true, 503, 50003),
    UNSUPPORTED_COMPRESSION_TYPE(76, false, 400, 42206),
    STALE_BROKER_EPOCH(77, false, 503, 50003),
    OFFSET_NOT_AVAILABLE(78, true, 503, 50003),
    INVALID_RECORD(87, false, 422, 42206),
    UNSTABLE_OFFSET_COMMIT(88, true, 503, 50003),
    THROTTLING_QUOTA_EXCEEDED(89, true, 429, 42901),
    PRODUCER_FENCED(90, false, 409, 40903),
    UNKNOWN_TOPIC_ID(100, true, 404, 40401),
    DUPLICATE_BROKER_REGISTRATION(101, false, 409, 40902),
    INCONSISTENT_TOPIC_ID(103, true, 503, 50003),
    INCONSISTENT_CLUSTER_ID(104, false, 409, 40903),
    FETCH_SESSION_TOPIC_ID_ERROR(106, true, 503, 50003);

    private final short number;
    private final boolean retriable;
    private final int httpStatus;
    private final int restCode;

    ErrorCode(int number, boolean retriable, int httpStatus, int restCode) {
        this.number = (short) number;
        this.retriable = retriable;
        this.httpStatus = httpStatus;
        this.restCode = restCode;
    }

    /** The number on the wire. */
    public short number() {
        return number;
    }

    /** Whether the same request may succeed when it is repeated later. */
    public boolean retriable() {
        return retriable;
    }

    /** The HTTP status that carries this error. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The {@code error_code} of a REST error body. */
    public int restCode() {
        return restCode;
    }

    /** The code with a wire number; {@link #UNKNOWN_SERVER_ERROR} for a number not listed here. */
    public static ErrorCode of(short number) {
        int index = number - MIN;
        ErrorCode code = index >= 0 && index < BY_NUMBER.length ? BY_NUMBER[index] : null;
        return code == null ? UNKNOWN_SERVER_ERROR : code;
    }

    private static final int MIN = -1;
    private static final ErrorCode[] BY_NUMBER = new ErrorCode[256];

    static {
        for (ErrorCode code : values()) {
            BY_NUMBER[code.number - MIN] = code;
        }
    }
}
