package io.tidemark.protocol.server;

import org.apache.kafka.common.utils.ImplicitLinkedHashCollection;

/** What message classes collect their elements in. */
final class MessageCollections {
    private MessageCollections() {}

    /**
     * Sees to it that strangers cannot choose keys that cost cubic time.
     *
     * @throws IllegalStateException where kafka-clients' own classes come first on the class path
     */
    static void requireOwn() {
        try {
            ImplicitLinkedHashCollection.takesEqualHashesInConstantTime();
        } catch (NoSuchMethodError e) {
            throw new IllegalStateException(
                    "kafka-clients comes before tidemark-protocol on the class path: put it behind,"
                            + " or one small request stops this server for minutes",
                    e);
        }
    }
}
