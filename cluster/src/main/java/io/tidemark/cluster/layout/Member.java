package io.tidemark.cluster.layout;

/**
 * One process of a cluster.
 *
 * @param id unique among those of its service, from 1
 * @param host the address it listens on and is reached at
 * @param port of the Kafka protocol where it is a node, else of HTTP
 * @param peerPort of Raft where it is a coordinator, of internal HTTP where it is a node, else 0
 * @param managementPort of health and metrics
 * @param groupPort of requests about groups where it is a coordinator; 0 for any that is free
 */
public record Member(
        Service service,
        int id,
        String host,
        int port,
        int peerPort,
        int managementPort,
        int groupPort) {

    /** With any free port for requests about groups. */
    public Member(
            Service service, int id, String host, int port, int peerPort, int managementPort) {
        this(service, id, host, port, peerPort, managementPort, 0);
    }

    /** Unique in the cluster: {@code node-2}. */
    public String name() {
        return service.word() + "-" + id;
    }

    /** {@code host:port}. */
    public String address() {
        return host + ":" + port;
    }

    /** Base URL of its HTTP interface, which is an internal one but for gateways. */
    public String url() {
        return "http://" + host + ":" + (service == Service.NODE ? peerPort : port);
    }

    /** Base URL of health and metrics. */
    public String managementUrl() {
        return "http://" + host + ":" + managementPort;
    }
}
