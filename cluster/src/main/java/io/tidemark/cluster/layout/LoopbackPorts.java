package io.tidemark.cluster.layout;

/**
 * The ports of a cluster on the loopback interface.
 *
 * <pre>
 *                 1     2     …
 *   node          9092  9093      Kafka protocol
 *                 8290  8291      internal HTTP
 *                 9404  9405      health, metrics
 *   coordinator   8090  8091      HTTP
 *                 8190  8191      Raft
 *                 9192  9193      groups, Kafka protocol
 *                 9414  9415      health, metrics
 *   gateway       8080  8081      HTTP
 *                 9424  9425      health, metrics
 * </pre>
 *
 * @param offset added to all of them, so that two clusters fit on a machine
 */
public record LoopbackPorts(int offset) implements ClusterLayout.Addresses {
    private static final String HOST = "127.0.0.1";
    private static final int COORDINATOR = 8090;

    /** Those that a cluster has. */
    public static LoopbackPorts of(ClusterLayout layout) {
        return new LoopbackPorts(
                layout.members(Service.COORDINATOR).getFirst().port() - COORDINATOR);
    }

    @Override
    public Member place(Service service, int id) {
        int step = offset + id - 1;
        return switch (service) {
            case COORDINATOR ->
                    new Member(
                            service,
                            id,
                            HOST,
                            COORDINATOR + step,
                            8190 + step,
                            9414 + step,
                            9192 + step);
            case NODE -> new Member(service, id, HOST, 9092 + step, 8290 + step, 9404 + step);
            case GATEWAY -> new Member(service, id, HOST, 8080 + step, 0, 9424 + step);
        };
    }
}
