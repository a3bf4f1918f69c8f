package io.tidemark.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.Command.ConfigChange.Operation;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.command.Command.IsrMember;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** A cluster's metadata, and the commands that nodes and operators send. */
final class DecidingCluster {
    /** The log directory of every node, until it gets another. */
    static final Uuid DISK = new Uuid(5, 5);

    final MetadataState state = new MetadataState();
    private long index;
    private long incarnations;

    DecidingCluster() {
        submit(new Command.InitializeCluster("c1"));
    }

    /** With these live nodes. */
    static DecidingCluster of(int... ids) {
        DecidingCluster cluster = new DecidingCluster();
        for (int id : ids) {
            cluster.start(id);
        }
        return cluster;
    }

    CommandResult submit(Command command) {
        index++;
        Proposal proposal = new Proposal(index, new Uuid(77, index), command);
        CommandResult expected = state.preview(proposal).result();
        CommandResult result = state.apply(index, proposal).result();
        assertThat(result).hasSameClassAs(expected);
        return result;
    }

    /** A new process of the node, after a clean stop of the one before. */
    void start(int id) {
        register(id, true, DISK);
        resume(id);
    }

    void register(int id, boolean clean, Uuid... disks) {
        Command.RegisterNode registration =
                new Command.RegisterNode(
                        id,
                        new Uuid(id, ++incarnations),
                        Optional.empty(),
                        List.of(new NodeImage.Listener("PLAINTEXT", "localhost", 9092)),
                        Optional.empty(),
                        List.of(disks),
                        clean);
        assertThat(submit(registration)).isInstanceOf(CommandResult.NodeRegistered.class);
    }

    void resume(int... ids) {
        for (int id : ids) {
            done(submit(new Command.SetNodeFenced(id, epoch(id), false)));
        }
    }

    void fence(int... ids) {
        for (int id : ids) {
            done(submit(new Command.SetNodeFenced(id, epoch(id), true)));
        }
    }

    /** Returns how many partitions it still leads. */
    int drain(int id) {
        CommandResult result = submit(new Command.DrainNode(id, epoch(id), true));
        assertThat(result).isInstanceOf(CommandResult.Drained.class);
        return ((CommandResult.Drained) result).leading();
    }

    /** Creates a topic of one partition. */
    void create(String name, List<Integer> replicas, Map<String, String> configs) {
        assertThat(submit(new Command.CreateTopic(name, -1, -1, List.of(replicas), configs, false)))
                .isInstanceOf(CommandResult.TopicCreated.class);
    }

    void create(String name, int minIsr, Integer... replicas) {
        create(name, List.of(replicas), Map.of("min.insync.replicas", "" + minIsr));
    }

    CommandResult set(String topic, String key, String value) {
        return submit(
                new Command.AlterTopicConfigs(
                        topic, List.of(new ConfigChange(key, Operation.SET, value)), false));
    }

    CommandResult setDefault(String node, String key, String value) {
        return submit(
                new Command.AlterNodeConfigs(
                        node, List.of(new ConfigChange(key, Operation.SET, value)), false));
    }

    /** The partition's leader proposes an ISR, as of now. */
    PartitionOutcome alterIsr(String topic, Integer... isr) {
        PartitionImage now = partition(topic);
        return alterIsr(topic, now.leaderEpoch(), now.partitionEpoch(), members(isr));
    }

    PartitionOutcome alterIsr(
            String topic, int leaderEpoch, int partitionEpoch, List<IsrMember> isr) {
        return alterIsr(partition(topic).leader(), topic, leaderEpoch, partitionEpoch, isr);
    }

    PartitionOutcome alterIsr(
            int sender, String topic, int leaderEpoch, int partitionEpoch, List<IsrMember> isr) {
        return single(
                submit(
                        new Command.AlterIsr(
                                sender,
                                epoch(sender),
                                List.of(
                                        new Command.IsrChange(
                                                id(topic).topicId(),
                                                0,
                                                leaderEpoch,
                                                partitionEpoch,
                                                isr)))));
    }

    List<IsrMember> members(Integer... ids) {
        return Arrays.stream(ids).map(id -> new IsrMember(id, epoch(id))).toList();
    }

    void lose(int node, String topic) {
        done(
                submit(
                        new Command.ReplicasLost(
                                node, epoch(node), List.of(id(topic)), "the disk is gone")));
    }

    void find(int node, String topic) {
        done(submit(new Command.ReplicasFound(node, epoch(node), List.of(id(topic)))));
    }

    PartitionOutcome elect(Election election, String topic) {
        return single(submit(new Command.ElectLeaders(election, List.of(id(topic)), "a test")));
    }

    PartitionOutcome reassign(String topic, Integer... target) {
        return reassign(topic, Optional.of(List.of(target)));
    }

    PartitionOutcome reassign(String topic, Optional<List<Integer>> target) {
        return single(
                submit(
                        new Command.Reassign(
                                List.of(
                                        new Command.Reassignment(
                                                id(topic).topicId(), 0, target)))));
    }

    PartitionId id(String topic) {
        return new PartitionId(topic(topic).id(), 0);
    }

    TopicImage topic(String name) {
        return state.image().topic(name).orElseThrow();
    }

    PartitionImage partition(String topic) {
        return topic(topic).partitions().getFirst();
    }

    NodeImage node(int id) {
        return state.image().node(id).orElseThrow();
    }

    long epoch(int id) {
        return state.image().node(id).map(NodeImage::epoch).orElse(-1L);
    }

    /** Checks who leads, who is in sync and who is eligible. */
    void expect(String topic, int leader, List<Integer> isr, List<Integer> elr) {
        PartitionImage now = partition(topic);
        assertThat(List.of(List.of(now.leader()), now.isr(), now.elr()))
                .as("leader, ISR and ELR of %s", now)
                .isEqualTo(List.of(List.of(leader), isr, elr));
    }

    static void expect(PartitionOutcome outcome, ErrorCode error) {
        assertThat(ErrorCode.of(outcome.error())).as(outcome.message()).isEqualTo(error);
        if (error != ErrorCode.NONE) {
            assertThat(outcome.message()).isNotBlank();
        }
    }

    private static void done(CommandResult result) {
        assertThat(result).isInstanceOf(CommandResult.Done.class);
    }

    private static PartitionOutcome single(CommandResult result) {
        assertThat(result).isInstanceOf(CommandResult.PartitionsAltered.class);
        List<PartitionOutcome> outcomes = ((CommandResult.PartitionsAltered) result).outcomes();
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst();
    }
}
