package io.tidemark.partition.shell;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The partition service: storage, and the listener for the Kafka protocol.
 *
 * @param nodeId The node's id, unique in the cluster, at least 0.
 * @param rack Rack or zone the node stands in, for placing replicas. None by default.
 * @param logDirs Folders that hold the partitions, best one on each disk. By default {@code log} in
 *     {@code tidemark.data-dir}.
 * @param host Address to listen on for the Kafka protocol.
 * @param port Port to listen on for the Kafka protocol; 0 picks a free one.
 * @param listenerName Name of the listener, as clients of several listeners would tell them apart.
 * @param advertisedHost Host that clients are told to connect to. By default {@code host}, or this
 *     machine's name where that is every address.
 * @param advertisedPort Port that clients are told to connect to; 0 is the port listened on.
 * @param moreListeners Further listeners, for clients that reach the node by another address.
 * @param eventLoops Threads that serve connections and own partitions; 0 is one for every two
 *     processors.
 * @param recoveryThreads Threads that open and recover logs; 0 is one for every processor.
 * @param syncThreads Files of one log directory that are synced at the same time.
 * @param maxFrame Longest request taken, in bytes.
 * @param maxBytesInFlight Bytes of requests, and of what they are decoded to, held over all
 *     connections before reading from them pauses; at most a third of the heap. One client address
 *     may hold half of it, one connection a quarter; a single larger request is taken at a time.
 * @param maxRequestsPerConnection Requests of one connection held before reading from it pauses.
 * @param maxConnections Connections beyond this number are closed at once. At most a third of the
 *     files that the process may open, and fewer where logs leave less.
 * @param maxConnectionsPerIp Connections of one address (of one /64 network with IPv6) beyond this
 *     number are closed at once; 0 for a quarter of all, and three quarters from this machine
 *     itself.
 * @param frameTimeout A request that has begun and is not here whole after this long ends its
 *     connection. While others wait for memory, one that does not come at a pace to be whole by
 *     then ends sooner.
 * @param idleTimeout Connections without a request for this long are closed.
 * @param closeGrace How long requests in flight may take when the service stops.
 * @param maxFetch Most bytes that one fetch gives, but for a first batch that is larger.
 * @param fetchSessionSlots Incremental fetch sessions kept at a time.
 * @param retentionCheckInterval How often retention by time and size is applied.
 * @param scrubRate How much of what is stored is read again each second to find bits that changed
 *     on disk; 0 for none.
 * @param drainTimeout How long a stop may wait for other nodes to take over what this one leads; 0
 *     stops without handing over.
 * @param autoCreateTopics Whether a Kafka client's Metadata request creates the topics it names, as
 *     Kafka does by default, and a record for REST v2 or v3 its topic. {@code false} on all nodes
 *     where misspelt names are to be refused.
 * @param defaults Node configuration under Kafka's names ({@code log.retention.hours}), for topics
 *     that do not set their own.
 */
@ConfigurationProperties("tidemark.partition")
public record PartitionServiceProperties(
        @DefaultValue("1") int nodeId,
        @Nullable String rack,
        @DefaultValue List<Path> logDirs,
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("9092") int port,
        @DefaultValue("PLAINTEXT") String listenerName,
        @Nullable String advertisedHost,
        @DefaultValue("0") int advertisedPort,
        @DefaultValue List<MoreListener> moreListeners,
        @DefaultValue("0") int eventLoops,
        @DefaultValue("0") int recoveryThreads,
        @DefaultValue("8") int syncThreads,
        @DefaultValue("100MB") DataSize maxFrame,
        @DefaultValue("256MB") DataSize maxBytesInFlight,
        @DefaultValue("64") int maxRequestsPerConnection,
        @DefaultValue("20000") int maxConnections,
        @DefaultValue("0") int maxConnectionsPerIp,
        @DefaultValue("30s") Duration frameTimeout,
        @DefaultValue("10m") Duration idleTimeout,
        @DefaultValue("5s") Duration closeGrace,
        @DefaultValue("55MB") DataSize maxFetch,
        @DefaultValue("1000") int fetchSessionSlots,
        @DefaultValue("30s") Duration retentionCheckInterval,
        @DefaultValue("1MB") DataSize scrubRate,
        @DefaultValue("10s") Duration drainTimeout,
        @DefaultValue("true") boolean autoCreateTopics,
        @DefaultValue Map<String, String> defaults) {

    public PartitionServiceProperties {
        require(nodeId >= 0, "node-id must be at least 0");
        require(port >= 0 && port <= 65_535, "port must be from 0 to 65535");
        require(
                advertisedPort >= 0 && advertisedPort <= 65_535,
                "advertised-port must be from 0 to 65535");
        Set<String> names = new HashSet<>(Set.of(listenerName));
        for (MoreListener more : moreListeners) {
            require(
                    names.add(more.name),
                    "more-listeners has two listeners of the name " + more.name);
        }
        require(eventLoops >= 0, "event-loops must be at least 0");
        require(recoveryThreads >= 0, "recovery-threads must be at least 0");
        require(syncThreads >= 1, "sync-threads must be at least 1");
        require(
                maxFrame.toBytes() >= 1024 && maxFrame.toBytes() <= Integer.MAX_VALUE,
                "max-frame must be from 1KB to 2047MB");
        require(
                maxBytesInFlight.compareTo(maxFrame) >= 0,
                "max-bytes-in-flight must be at least max-frame");
        require(maxRequestsPerConnection >= 1, "max-requests-per-connection must be at least 1");
        require(maxConnections >= 1, "max-connections must be at least 1");
        require(maxConnectionsPerIp >= 0, "max-connections-per-ip must not be negative");
        require(frameTimeout.toMillis() >= 1, "frame-timeout must be at least 1ms");
        require(idleTimeout.toMillis() >= 1, "idle-timeout must be at least 1ms");
        require(!closeGrace.isNegative(), "close-grace must not be negative");
        require(
                maxFetch.toBytes() >= 1024 && maxFetch.toBytes() <= Integer.MAX_VALUE,
                "max-fetch must be from 1KB to 2047MB");
        require(fetchSessionSlots >= 0, "fetch-session-slots must be at least 0");
        require(
                retentionCheckInterval.toMillis() >= 1,
                "retention-check-interval must be at least 1ms");
        require(!scrubRate.isNegative(), "scrub-rate must not be negative");
        require(!drainTimeout.isNegative(), "drain-timeout must not be negative");
    }

    /**
     * Another address at which the node listens.
     *
     * @param name Unlike every other listener's.
     * @param host Address to listen on; {@code tidemark.partition.host} where it is not given.
     * @param port Port to listen on.
     * @param advertisedHost Host that clients of this listener are told to connect to.
     * @param advertisedPort Port that they are told; 0 is the port listened on.
     */
    public record MoreListener(
            String name,
            @Nullable String host,
            int port,
            String advertisedHost,
            @DefaultValue("0") int advertisedPort) {

        public MoreListener {
            require(
                    name != null && name.matches("[A-Za-z0-9_]+"),
                    "more-listeners.name must be letters, digits and _, but is " + name);
            require(port >= 1 && port <= 65_535, "more-listeners.port must be from 1 to 65535");
            require(
                    advertisedHost != null && !advertisedHost.isBlank(),
                    "more-listeners.advertised-host is missing for " + name);
            require(
                    advertisedPort >= 0 && advertisedPort <= 65_535,
                    "more-listeners.advertised-port must be from 0 to 65535");
        }

        int portForClients() {
            return advertisedPort == 0 ? port : advertisedPort;
        }
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.partition." + rule);
        }
    }

    /** The number of event loops, counted where it was left open. */
    int eventLoopCount() {
        return eventLoops > 0
                ? eventLoops
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** The number of recovery threads, counted where it was left open. */
    int recoveryThreadCount() {
        return recoveryThreads > 0 ? recoveryThreads : Runtime.getRuntime().availableProcessors();
    }

    /** The host that clients are told. */
    String hostForClients() {
        if (advertisedHost != null) {
            return advertisedHost;
        }
        if (!host.equals("0.0.0.0") && !host.equals("::")) {
            return host;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "This machine does not know its name: set tidemark.partition.advertised-host",
                    e);
        }
    }
}
