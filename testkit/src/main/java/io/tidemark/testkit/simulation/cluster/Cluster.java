package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.testkit.simulation.Schedule;
import io.tidemark.testkit.simulation.SimulatedNetwork;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Everything that a seed has built: processes, network, and what is known of them from outside. */
final class Cluster {
    static final String TOPIC = "orders";

    private final Shape shape;
    private final Mutation mutation;
    private final Schedule schedule = new Schedule();
    private final SimulatedNetwork network;
    private final SimulatedQuorum quorum;
    private final Ledger[] ledgers;
    private final MetadataChecks metadata;
    private final ReplicaChecks replicas;
    private final Losses losses;
    private final LateProposals lateProposals = new LateProposals();
    private final Batches batches = new Batches();
    private final List<PartitionNode> nodes = new ArrayList<>();
    private final List<SimulatedProducer> producers = new ArrayList<>();
    private final List<SimulatedConsumer> consumers = new ArrayList<>();
    private final Admin admin;

    Cluster(Shape shape, Mutation mutation, SeededEntropy entropy) {
        this.shape = shape;
        this.mutation = mutation;
        int partitionClients = shape.partitions() * (shape.producers() + shape.consumers());
        int processes = shape.coordinators() + shape.nodes() + partitionClients + 1;
        this.network = new SimulatedNetwork(schedule, entropy.split(), processes);
        this.ledgers = new Ledger[shape.partitions()];
        for (int p = 0; p < ledgers.length; p++) {
            ledgers[p] = new Ledger(TOPIC + "-" + p);
        }
        this.metadata = new MetadataChecks(this, ledgers);
        this.replicas = new ReplicaChecks(ledgers, shape.nodes(), metadata);
        this.losses = new Losses(this);
        this.quorum =
                new SimulatedQuorum(
                        schedule, entropy.split(), (a, b) -> network.connected(a, b), metadata);
        for (int i = 0; i < shape.nodes(); i++) {
            nodes.add(new PartitionNode(i, this, entropy.split()));
        }
        int id = shape.nodes();
        for (int i = 0; i < shape.coordinators(); i++) {
            quorum.add(new CoordinatorMember(id++, this, quorum, entropy.split()));
        }
        for (int p = 0; p < shape.partitions(); p++) {
            for (int i = 0; i < shape.producers(); i++) {
                boolean idempotent = entropy.nextInt(4) != 0;
                producers.add(
                        new SimulatedProducer(
                                id++,
                                this,
                                p,
                                idempotent,
                                shape.producerPauseMs(),
                                entropy.split()));
            }
            for (int i = 0; i < shape.consumers(); i++) {
                consumers.add(new SimulatedConsumer(id++, this, p, 300, entropy.split()));
            }
        }
        this.admin = new Admin(id, this, entropy.split());
    }

    Shape shape() {
        return shape;
    }

    /** The bug that was put in, if any. */
    Mutation mutation() {
        return mutation;
    }

    Schedule schedule() {
        return schedule;
    }

    SimulatedNetwork network() {
        return network;
    }

    SimulatedQuorum quorum() {
        return quorum;
    }

    MetadataChecks metadata() {
        return metadata;
    }

    ReplicaChecks replicas() {
        return replicas;
    }

    Losses losses() {
        return losses;
    }

    LateProposals lateProposals() {
        return lateProposals;
    }

    Ledger ledger(int partition) {
        return ledgers[partition];
    }

    Batches batches() {
        return batches;
    }

    Admin admin() {
        return admin;
    }

    List<PartitionNode> nodes() {
        return nodes;
    }

    PartitionNode node(int index) {
        return nodes.get(index);
    }

    int nodeCount() {
        return nodes.size();
    }

    List<SimulatedProducer> producers() {
        return producers;
    }

    List<SimulatedConsumer> consumers() {
        return consumers;
    }

    /** How one process reaches the coordinators. */
    SimulatedControlPlane controlPlane(SimulatedProcess process) {
        return controlPlane(process, command -> null);
    }

    /**
     * How one process reaches the coordinators.
     *
     * @param instead an answer that does not wait for theirs; null for theirs
     */
    SimulatedControlPlane controlPlane(
            SimulatedProcess process, Function<Command, @Nullable CommandResult> instead) {
        return new SimulatedControlPlane(process, this, instead);
    }

    /** The newest registration of a node; null where it has none. */
    @Nullable NodeImage registered(int node) {
        return metadata.newest().nodes().get(node);
    }
}
