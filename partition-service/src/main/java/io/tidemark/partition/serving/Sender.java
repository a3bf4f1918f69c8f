package io.tidemark.partition.serving;

import io.tidemark.protocol.transport.ClientAddress;

/**
 * Who sent a batch: what comes on one connection keeps its order, and addresses share what there is
 * only little of. Any thread.
 */
public interface Sender {

    /** One that stays, and is alone on its connection. */
    static Sender staying(Object connection, ClientAddress address) {
        return new Sender() {
            @Override
            public Object connection() {
                return connection;
            }

            @Override
            public ClientAddress address() {
                return address;
            }

            @Override
            public boolean isGone() {
                return false;
            }
        };
    }

    /** The connection, compared by identity. */
    Object connection();

    ClientAddress address();

    /** Whether nobody is there any more to be told what became of it, or to count on it. */
    boolean isGone();
}
