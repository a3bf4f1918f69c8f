package io.tidemark.standalone.failure;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * Tries a port before anything is started, since a refusal after seconds of start-up, from deep
 * inside a server, says less.
 */
public final class PortCheck {

    private PortCheck() {}

    /**
     * @param purpose who wants the port: {@code HTTP gateway}
     * @param host the address to bind
     * @param port 0 is always free
     * @param key the setting to change it with
     * @throws StartupProblem where it cannot be bound
     */
    public static void requireFree(String purpose, String host, int port, String key) {
        if (port == 0) {
            return;
        }
        if (port < 0 || port > 65_535) {
            throw new StartupProblem(
                    "%s=%d is not a port.".formatted(key, port),
                    "choose 0 (any free one) to 65535");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new UnknownHostException(host);
            }
            socket.bind(address);
        } catch (BindException e) {
            throw refused(purpose, host, port, key, e);
        } catch (UnknownHostException | SocketException e) {
            throw new StartupProblem(
                    "the %s cannot listen on %s:%d: %s."
                            .formatted(purpose, host, port, e.getMessage()),
                    "choose another address or port: --%s=…".formatted(key));
        } catch (IOException e) {
            throw new StartupProblem(
                    "port %d (%s) could not be tried: %s.".formatted(port, purpose, e.getMessage()),
                    "choose another with --%s=…".formatted(key));
        }
    }

    private static StartupProblem refused(
            String purpose, String host, int port, String key, BindException cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Permission denied")) {
            return new StartupProblem(
                    "port %d (%s) needs more rights than this user has.".formatted(port, purpose),
                    "choose one above 1023: --%s=%d".formatted(key, port + 10_000));
        }
        if (message.contains("assign")) {
            return new StartupProblem(
                    "%s is not an address of this machine (%s).".formatted(host, purpose),
                    "listen on 127.0.0.1 or 0.0.0.0");
        }
        String owner = PortOwner.describe(port).map(name -> " by " + name).orElse("");
        return new StartupProblem(
                "port %d (%s) is in use%s.".formatted(port, purpose, owner),
                "stop it, or choose another port: --%s=%d".formatted(key, port + 1));
    }
}
