package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.metadata.MetadataState;
import io.tidemark.coordinator.metadata.PartitionInvariants;
import io.tidemark.coordinator.metadata.Proposal;
import io.tidemark.coordinator.quorum.ModelQuorum;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.json.MetadataJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/**
 * Random commands through a log of three members whose leader changes, and of which one is now and
 * then restarted from a snapshot. Checked: equal images and hashes at equal versions (invariant
 * 18), a follower of the feed arrives at the same image, epochs only grow, and {@link
 * PartitionInvariants}.
 */
class MetadataReplicaSimulationTest {
    private static final int SEEDS = 60;
    private static final int STEPS = 250;

    @Test
    void shouldKeepMembersEqualWhateverHappens() throws Exception {
        int topics = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                topics += new Run(seed).play();
            } catch (Throwable t) {
                throw new AssertionError("Failed with seed " + seed, t);
            }
        }
        assertThat(topics).as("commands that succeed").isGreaterThan(SEEDS);
    }

    private static final class Member {
        final MetadataState state = new MetadataState();
        final GroupStates groups = new GroupStates();
        final MetadataFeed feed = new MetadataFeed();
        final MetadataReplica replica = new MetadataReplica(state, groups, feed, leadership -> {});
        final ModelQuorum quorum;
        ClusterImage checked = ClusterImage.empty();

        Member(ModelQuorum.Log log, String id) {
            quorum = new ModelQuorum(log, id);
        }
    }

    private static final class Run {
        final Random random;
        final ModelQuorum.Log log = new ModelQuorum.Log();
        final List<Member> members = new ArrayList<>();
        final Map<Long, Long> hashes = new HashMap<>();
        ClusterImage followed = ClusterImage.empty();
        int leader;

        Run(long seed) {
            random = new Random(seed);
        }

        /** Returns how many topics are left. */
        int play() throws Exception {
            for (int i = 0; i < 3; i++) {
                Member member = new Member(log, "" + i);
                member.quorum.start(member.replica);
                members.add(member);
            }
            members.get(0).quorum.lead();
            propose(new Command.InitializeCluster("c1"));
            for (int step = 0; step < STEPS; step++) {
                step();
                members.forEach(this::check);
            }
            members.forEach(member -> member.quorum.catchUp());
            members.forEach(this::check);
            assertThat(members)
                    .allMatch(member -> member.state.image().equals(members.get(0).state.image()));
            return members.get(0).state.image().topics().size();
        }

        private void step() throws Exception {
            switch (random.nextInt(12)) {
                case 0 -> changeLeader();
                case 1 -> restartOneFromASnapshot();
                case 2 -> members.get(random.nextInt(3)).quorum.catchUp();
                case 3 -> follow();
                default -> {
                    ClusterImage before = image();
                    propose(randomCommand());
                    PartitionInvariants.checkSuccession(before, image());
                }
            }
        }

        private void propose(Command command) throws Exception {
            Proposal proposal =
                    new Proposal(
                            random.nextLong(),
                            new Uuid(random.nextLong(), random.nextLong()),
                            command);
            members.get(leader)
                    .quorum
                    .propose(MetadataJson.encode(proposal))
                    .toCompletableFuture()
                    .get();
        }

        private void changeLeader() {
            members.get(leader).quorum.resign();
            leader = random.nextInt(3);
            members.get(leader).quorum.lead();
        }

        private void restartOneFromASnapshot() throws Exception {
            int restarted = (leader + 1 + random.nextInt(2)) % 3;
            Member fresh = new Member(log, "" + restarted);
            members.get(leader).quorum.installSnapshotInto(fresh.quorum, fresh.replica);
            members.set(restarted, fresh);
        }

        /** Follows the leader's feed as a service does; it may be a snapshot or changes. */
        private void follow() throws Exception {
            Member member = members.get(leader);
            if (member.state.image().version() <= followed.version()) {
                return;
            }
            long version = followed.version() == 0 ? -1 : followed.version();
            switch (member.feed.next(version).get()) {
                case MetadataFeed.Update.Snapshot snapshot -> followed = snapshot.image();
                case MetadataFeed.Update.Changes changes ->
                        followed = followed.apply(changes.image().version(), changes.deltas());
            }
            assertThat(followed).isEqualTo(member.state.image());
        }

        private void check(Member member) {
            ClusterImage image = member.state.image();
            if (member.checked == image) {
                return;
            }
            member.checked = image;
            long hash = image.stateHash();
            assertThat(hashes.putIfAbsent(image.version(), hash)).isIn(null, hash);
            assertThat(image.topicNames()).hasSameSizeAs(image.topics());
            PartitionInvariants.check(image);
        }

        private ClusterImage image() {
            return members.get(leader).state.image();
        }

        private Command randomCommand() {
            int node = random.nextInt(4);
            String topic = "t" + random.nextInt(12);
            long epoch = epoch(node);
            return switch (random.nextInt(14)) {
                case 9 -> alterIsr(topic);
                case 10 -> new Command.DrainNode(node, epoch, random.nextInt(3) > 0);
                case 11 -> new Command.ReplicasLost(node, epoch, partitions(topic), "a test");
                case 12 ->
                        new Command.ElectLeaders(
                                random.nextBoolean() ? Election.PREFERRED : Election.UNCLEAN,
                                random.nextBoolean() ? List.of() : partitions(topic),
                                "a test");
                case 13 ->
                        random.nextInt(4) == 0
                                ? new Command.UnregisterNode(node)
                                : new Command.Reassign(
                                        partitions(topic).stream()
                                                .map(this::reassignment)
                                                .toList());
                case 0 -> registration(node, random.nextInt(3));
                case 1, 2 -> new Command.SetNodeFenced(node, epoch, random.nextInt(3) == 0);
                case 3, 4 ->
                        new Command.CreateTopic(
                                topic,
                                random.nextInt(5) - 1,
                                random.nextInt(4),
                                List.of(),
                                random.nextBoolean() ? Map.of() : Map.of("retention.ms", "5"),
                                random.nextInt(5) == 0);
                case 5 ->
                        new Command.DeleteTopic(
                                Optional.of(topic),
                                image().topic(topic)
                                        .map(TopicImage::id)
                                        .filter(id -> random.nextBoolean()));
                case 6 -> new Command.CreatePartitions(topic, random.nextInt(9), List.of(), false);
                case 7 -> new Command.AllocateProducerIds(node, epoch);
                default ->
                        new Command.AlterTopicConfigs(
                                topic,
                                List.of(
                                        new ConfigChange(
                                                "retention.bytes",
                                                random.nextBoolean()
                                                        ? ConfigChange.Operation.SET
                                                        : ConfigChange.Operation.DELETE,
                                                "" + random.nextInt(3))),
                                false);
            };
        }

        private List<Command.PartitionId> partitions(String topic) {
            return image().topic(topic).stream()
                    .flatMap(
                            found ->
                                    found.partitions().stream()
                                            .map(
                                                    p ->
                                                            new Command.PartitionId(
                                                                    found.id(), p.index())))
                    .toList();
        }

        private Command.Reassignment reassignment(Command.PartitionId id) {
            List<Integer> target = new ArrayList<>(List.of(0, 1, 2, 3));
            Collections.shuffle(target, random);
            return new Command.Reassignment(
                    id.topicId(),
                    id.index(),
                    random.nextInt(4) == 0
                            ? Optional.empty()
                            : Optional.of(List.copyOf(target.subList(0, 1 + random.nextInt(3)))));
        }

        /** What the leader of the topic's first partition may propose: any of its replicas. */
        private Command alterIsr(String topic) {
            List<Command.IsrChange> changes = new ArrayList<>();
            int leader = random.nextInt(4);
            for (Command.PartitionId id : partitions(topic)) {
                PartitionImage now = image().partition(id.topicId(), id.index()).orElseThrow();
                leader = now.leader();
                changes.add(
                        new Command.IsrChange(
                                id.topicId(),
                                id.index(),
                                now.leaderEpoch(),
                                now.partitionEpoch(),
                                now.replicas().stream()
                                        .filter(r -> r == now.leader() || random.nextBoolean())
                                        .map(r -> new Command.IsrMember(r, epoch(r)))
                                        .toList()));
            }
            return new Command.AlterIsr(leader, epoch(leader), changes);
        }

        private long epoch(int node) {
            return image().node(node).map(NodeImage::epoch).orElse(1L);
        }

        private static Command registration(int node, int incarnation) {
            return RunningCoordinator.registration(node, new Uuid(node, incarnation));
        }
    }
}
