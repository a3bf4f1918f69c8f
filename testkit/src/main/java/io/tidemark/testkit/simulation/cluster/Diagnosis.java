package io.tidemark.testkit.simulation.cluster;

import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.replica.Replica;

/** What a cluster that does not come right looks like. */
final class Diagnosis {
    private Diagnosis() {}

    static String of(Cluster cluster) {
        StringBuilder text = new StringBuilder();
        text.append("version ").append(cluster.metadata().newest().version());
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            text.append("\n  ").append(cluster.metadata().partition(p));
            text.append(" committed=").append(cluster.ledger(p).end());
            for (PartitionNode node : cluster.nodes()) {
                Replica replica = node.replica(p);
                PartitionLog log = node.log(p);
                text.append("\n    ").append(node).append(node.running() ? "" : " down");
                NodeLife life = node.life();
                text.append(" version=").append(life == null ? -1 : life.newest().version());
                if (replica != null && log != null) {
                    text.append(" log=")
                            .append(log.logStartOffset())
                            .append("..")
                            .append(log.flushedEndOffset())
                            .append("..")
                            .append(log.logEndOffset())
                            .append(" hw=")
                            .append(replica.highWatermark())
                            .append(" epoch=")
                            .append(replica.leaderEpoch())
                            .append(" leader=")
                            .append(replica.leader());
                }
            }
        }
        cluster.metadata()
                .newest()
                .nodes()
                .values()
                .forEach(node -> text.append("\n  ").append(node));
        cluster.producers().forEach(producer -> text.append("\n  ").append(producer.describe()));
        cluster.consumers().forEach(consumer -> text.append("\n  ").append(consumer.describe()));
        return text.toString();
    }
}
