package io.tidemark.protocol.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** What an address that a server listens on, as it is configured, says of who can reach it. */
public final class ListenAddress {

    private ListenAddress() {}

    /**
     * Whether nobody but this machine can.
     *
     * @param address a name or a literal; empty for all of the machine's addresses
     */
    public static boolean onLoopback(String address) {
        try {
            return !address.isBlank() && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // no server will start there, and it says so
        }
    }

    /** The name under which clients know it, where it is one. */
    public static List<String> names(String address) {
        boolean literal = address.indexOf(':') >= 0 || address.matches("[0-9.]*");
        return literal ? List.of() : List.of(address);
    }
}
