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
    BROKER_NOT_AVAILABLE(8, false, 503, 50301),
    REPLICA_NOT_AVAILABLE(9, true, 503, 50003),
    MESSAGE_TOO_LARGE(10, false, 413, 42206),
    STALE_CONTROLLER_EPOCH(11, false, 503, 50003),
    OFFSET_METADATA_TOO_LARGE(12, false, 400, 40002),
    NETWORK_EXCEPTION(13, true, 503, 50301),
    COORDINATOR_LOAD_IN_PROGRESS(14, true, 503, 50301),
    COORDINATOR_NOT_AVAILABLE(15, true, 503, 50301),
    NOT_COORDINATOR(16, true, 503, 50301),
    INVALID_TOPIC_EXCEPTION(17, false, 400, 40002),
    RECORD_LIST_TOO_LARGE(18, false, 413, 42206),
    NOT_ENOUGH_REPLICAS(19, true, 503, 50003),
    NOT_ENOUGH_REPLICAS_AFTER_APPEND(20, true, 503, 50003),
    INVALID_REQUIRED_ACKS(21, false, 400, 40002),
    ILLEGAL_GENERATION(22, false, 409, 40903),
    INCONSISTENT_GROUP_PROTOCOL(23, false, 409, 40903),
    INVALID_GROUP_ID(24, false, 400, 40002),
    UNKNOWN_MEMBER_ID(25, false, 404, 40403),
    INVALID_SESSION_TIMEOUT(26, false, 400, 40002),
    REBALANCE_IN_PROGRESS(27, false, 503, 50003),
    INVALID_COMMIT_OFFSET_SIZE(28, false, 400, 40002),
    TOPIC_AUTHORIZATION_FAILED(29, false, 403, 40301),
    GROUP_AUTHORIZATION_FAILED(30, false, 403, 40301),
    CLUSTER_AUTHORIZATION_FAILED(31, false, 403, 40301),
    INVALID_TIMESTAMP(32, false, 400, 40002),
    UNSUPPORTED_SASL_MECHANISM(33, false, 401, 40101),
    ILLEGAL_SASL_STATE(34, false, 401, 40101),
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
    INVALID_TXN_STATE(48, false, 409, 40903),
    INVALID_PRODUCER_ID_MAPPING(49, false, 409, 40903),
    INVALID_TRANSACTION_TIMEOUT(50, false, 400, 40002),
    CONCURRENT_TRANSACTIONS(51, true, 503, 50003),
    TRANSACTION_COORDINATOR_FENCED(52, false, 503, 50003),
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED(53, false, 403, 40301),
    SECURITY_DISABLED(54, false, 400, 40002),
    OPERATION_NOT_ATTEMPTED(55, false, 400, 40002),
    KAFKA_STORAGE_ERROR(56, true, 503, 50003),
    LOG_DIR_NOT_FOUND(57, false, 404, 40401),
    SASL_AUTHENTICATION_FAILED(58, false, 401, 40101),
    UNKNOWN_PRODUCER_ID(59, false, 503, 50003),
    REASSIGNMENT_IN_PROGRESS(60, false, 409, 40903),
    DELEGATION_TOKEN_AUTH_DISABLED(61, false, 400, 40002),
    DELEGATION_TOKEN_NOT_FOUND(62, false, 404, 40401),
    DELEGATION_TOKEN_OWNER_MISMATCH(63, false, 403, 40301),
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED(64, false, 403, 40301),
    DELEGATION_TOKEN_AUTHORIZATION_FAILED(65, false, 403, 40301),
    DELEGATION_TOKEN_EXPIRED(66, false, 401, 40101),
    INVALID_PRINCIPAL_TYPE(67, false, 400, 40002),
    NON_EMPTY_GROUP(68, false, 409, 40903),
    GROUP_ID_NOT_FOUND(69, false, 404, 40405),
    FETCH_SESSION_ID_NOT_FOUND(70, true, 503, 50003),
    INVALID_FETCH_SESSION_EPOCH(71, true, 503, 50003),
    LISTENER_NOT_FOUND(72, true, 503, 50003),
    TOPIC_DELETION_DISABLED(73, false, 403, 40301),
    FENCED_LEADER_EPOCH(74, true, 503, 50003),
    UNKNOWN_LEADER_EPOCH(75, true, 503, 50003),
    UNSUPPORTED_COMPRESSION_TYPE(76, false, 400, 42206),
    STALE_BROKER_EPOCH(77, false, 503, 50003),
    OFFSET_NOT_AVAILABLE(78, true, 503, 50003),
    MEMBER_ID_REQUIRED(79, false, 409, 40903),
    PREFERRED_LEADER_NOT_AVAILABLE(80, true, 503, 50003),
    GROUP_MAX_SIZE_REACHED(81, false, 409, 40903),
    FENCED_INSTANCE_ID(82, false, 409, 40903),
    ELIGIBLE_LEADERS_NOT_AVAILABLE(83, true, 503, 50003),
    ELECTION_NOT_NEEDED(84, true, 409, 40903),
    NO_REASSIGNMENT_IN_PROGRESS(85, false, 409, 40903),
    GROUP_SUBSCRIBED_TO_TOPIC(86, false, 409, 40903),
    INVALID_RECORD(87, false, 422, 42206),
    UNSTABLE_OFFSET_COMMIT(88, true, 503, 50003),
    THROTTLING_QUOTA_EXCEEDED(89, true, 429, 42901),
    PRODUCER_FENCED(90, false, 409, 40903),
    RESOURCE_NOT_FOUND(91, false, 404, 40401),
    DUPLICATE_RESOURCE(92, false, 409, 40902),
    UNACCEPTABLE_CREDENTIAL(93, false, 400, 40002),
    INCONSISTENT_VOTER_SET(94, false, 409, 40903),
    INVALID_UPDATE_VERSION(95, false, 409, 40903),
    FEATURE_UPDATE_FAILED(96, false, 500, 50002),
    PRINCIPAL_DESERIALIZATION_FAILURE(97, false, 500, 50002),
    SNAPSHOT_NOT_FOUND(98, false, 503, 50003),
    POSITION_OUT_OF_RANGE(99, false, 400, 40002),
    UNKNOWN_TOPIC_ID(100, true, 404, 40401),
    DUPLICATE_BROKER_REGISTRATION(101, false, 409, 40902),
    BROKER_ID_NOT_REGISTERED(102, false, 404, 40404),
    INCONSISTENT_TOPIC_ID(103, true, 503, 50003),
    INCONSISTENT_CLUSTER_ID(104, false, 409, 40903),
    TRANSACTIONAL_ID_NOT_FOUND(105, false, 404, 40401),
    FETCH_SESSION_TOPIC_ID_ERROR(106, true, 503, 50003),
    INELIGIBLE_REPLICA(107, false, 409, 40903),
    NEW_LEADER_ELECTED(108, false, 503, 50003),
    OFFSET_MOVED_TO_TIERED_STORAGE(109, false, 503, 50003),
    FENCED_MEMBER_EPOCH(110, false, 409, 40903),
    UNRELEASED_INSTANCE_ID(111, false, 409, 40903),
    UNSUPPORTED_ASSIGNOR(112, false, 400, 40002),
    STALE_MEMBER_EPOCH(113, false, 409, 40903),
    MISMATCHED_ENDPOINT_TYPE(114, false, 400, 40002),
    UNSUPPORTED_ENDPOINT_TYPE(115, false, 400, 40002),
    UNKNOWN_CONTROLLER_ID(116, false, 404, 40404),
    UNKNOWN_SUBSCRIPTION_ID(117, false, 409, 40903),
    TELEMETRY_TOO_LARGE(118, false, 413, 42206),
    INVALID_REGISTRATION(119, false, 400, 40002),
    TRANSACTION_ABORTABLE(120, false, 409, 40903),
    INVALID_RECORD_STATE(121, false, 409, 40903),
    SHARE_SESSION_NOT_FOUND(122, true, 503, 50003),
    INVALID_SHARE_SESSION_EPOCH(123, true, 503, 50003),
    FENCED_STATE_EPOCH(124, false, 409, 40903),
    INVALID_VOTER_KEY(125, false, 400, 40002),
    DUPLICATE_VOTER(126, false, 409, 40903),
    VOTER_NOT_FOUND(127, false, 404, 40404),
    INVALID_REGULAR_EXPRESSION(128, false, 400, 40002),
    REBOOTSTRAP_REQUIRED(129, false, 503, 50003),
    STREAMS_INVALID_TOPOLOGY(130, false, 400, 40002),
    STREAMS_INVALID_TOPOLOGY_EPOCH(131, false, 409, 40903),
    STREAMS_TOPOLOGY_FENCED(132, false, 409, 40903),
    SHARE_SESSION_LIMIT_REACHED(133, true, 429, 42901);

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
