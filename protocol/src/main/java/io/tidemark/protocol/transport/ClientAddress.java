package io.tidemark.protocol.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Whom connections are counted for.
 *
 * @param name an address of IPv4; of IPv6, the /64 network that one client usually has all of
 * @param loopback whether it is this machine
 */
public record ClientAddress(String name, boolean loopback) {
    private static final int NETWORK_BYTES = 8;
    private static final ClientAddress UNKNOWN = new ClientAddress("unknown", false);

    /** Of a connection's other end. */
    public static ClientAddress of(@Nullable SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return UNKNOWN;
        }
        InetAddress address = inet.getAddress();
        String name =
                address instanceof Inet6Address six && !address.isLoopbackAddress()
                        ? HexFormat.of().formatHex(six.getAddress(), 0, NETWORK_BYTES)
                        : address.getHostAddress();
        return new ClientAddress(name, address.isLoopbackAddress());
    }
}
