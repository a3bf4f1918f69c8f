package io.tidemark.protocol.group;

import org.apache.kafka.common.message.HeartbeatRequestData;

/** Which heartbeats of classic members may wait for an answer until there is news. */
public final class HeldHeartbeats {
    /** Sends heartbeats from a thread of its own, and whatever else it has without waiting. */
    private static final String JAVA = "apache-kafka-java";

    private HeldHeartbeats() {}

    /**
     * Whether it does the client no harm to wait. A static member that closes does not say so, and
     * would wait for the answer.
     *
     * @param clientSoftware from ApiVersions; empty where not told
     */
    public static boolean mayWait(HeartbeatRequestData request, String clientSoftware) {
        return request.groupInstanceId() == null && clientSoftware.startsWith(JAVA);
    }
}
