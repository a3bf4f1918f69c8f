package io.tidemark.partition.serving;

import java.time.Duration;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;

/** Carries one loop's fetches to other nodes, and their answers back, in order. */
public interface ReplicaTransport {

    /**
     * Sends a fetch. On the loop; the receiver is told there, once.
     *
     * @param leader the node that leads
     * @param timeout from now until the answer
     */
    void fetch(int leader, FetchRequestData request, Duration timeout, Receiver receiver);

    /** Who waits for an answer. */
    interface Receiver {
        /** The response, which is only lent: its records go with its frame. */
        void answered(FetchResponseData response);

        /** There will be no answer. */
        void failed(Throwable cause);
    }
}
