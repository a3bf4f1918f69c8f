package io.tidemark.protocol.client;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds a node's address without blocking an event loop: the platform's lookup blocks. */
final class HostLookup {

    private HostLookup() {}

    /** Completes at once where the host is an address; else on a virtual thread. */
    static CompletionStage<InetSocketAddress> lookUp(NodeAddress node) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(node.host());
        CompletableFuture<InetSocketAddress> found = new CompletableFuture<>();
        if (literal != null) {
            found.complete(new InetSocketAddress(literal, node.port()));
            return found;
        }
        Thread.ofVirtual()
                .name("tidemark-host-lookup")
                .start(
                        () -> {
                            try {
                                InetAddress address = InetAddress.getByName(node.host());
                                found.complete(new InetSocketAddress(address, node.port()));
                            } catch (UnknownHostException e) {
                                found.completeExceptionally(e);
                            }
                        });
        return found;
    }
}
