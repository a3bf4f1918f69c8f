package io.tidemark.cluster.status;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.status.ClusterStatus.Problem;
import io.tidemark.cluster.status.ClusterStatus.Severity;
import io.tidemark.cluster.status.ClusterStatus.UnwellPartition;
import io.tidemark.metadata.config.Redundancy;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Judges: what is wrong, how bad, and what to do, in words for a person. */
final class Problems {
    private static final int NAMES_SHOWN = 3;
    private static final int USUAL_REPLICAS = 3;
    private static final long FAR_BEHIND_ENTRIES = 1_000;

    private final ClusterLayout layout;
    private final Map<Member, Observation> observations;
    private final ClusterImage image;
    private final boolean led;
    private final List<UnwellPartition> unwell;
    private final List<Problem> found = new ArrayList<>();

    Problems(
            ClusterLayout layout,
            Map<Member, Observation> observations,
            ClusterImage image,
            boolean led,
            List<UnwellPartition> unwell) {
        this.layout = layout;
        this.observations = observations;
        this.image = image;
        this.led = led;
        this.unwell = unwell;
    }

    /** The worst first. */
    List<Problem> found() {
        judgeQuorum();
        judgePartitions();
        layout.members().stream().filter(member -> !hasLeft(member)).forEach(this::judgeProcess);
        judgeRedundancy();
        layout.members(Service.NODE).forEach(this::judgeMembership);
        layout.members(Service.NODE).forEach(this::judgeDeparture);
        judgeFollowingCoordinators();
        found.sort(Comparator.comparing(Problem::severity));
        return List.copyOf(found);
    }

    private void critical(String what, String advice) {
        found.add(new Problem(Severity.CRITICAL, what, advice(advice)));
    }

    private void warning(String what, String advice) {
        found.add(new Problem(Severity.WARNING, what, advice(advice)));
    }

    private void notice(String what, String advice) {
        found.add(new Problem(Severity.NOTICE, what, advice(advice)));
    }

    private static Optional<String> advice(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private void judgeQuorum() {
        if (led) {
            return;
        }
        List<Member> coordinators = layout.members(Service.COORDINATOR);
        long answering = coordinators.stream().filter(this::answersAsCoordinator).count();
        int majority = coordinators.size() / 2 + 1;
        if (answering < majority) {
            critical(
                    "no coordinator leads: %d of %d answer, %d are needed. No leader can be elected and nothing created; what is led goes on"
                            .formatted(answering, coordinators.size(), majority),
                    "start the others");
        } else {
            critical("no coordinator leads, although %d answer".formatted(answering), "");
        }
    }

    private boolean answersAsCoordinator(Member member) {
        Observation observed = observations.get(member);
        return observed != null && observed.coordinator().isPresent();
    }

    private void judgePartitions() {
        count(
                Problems::isLost,
                Severity.CRITICAL,
                "no leader, and no replica that has everything: the node that had it last came back without one of its log directories. Bring that disk back and restart the node; if it is gone for good, elect a leader uncleanly: what was on it is lost");
        count(
                partition -> partition.leader().isEmpty() && !isLost(partition),
                Severity.CRITICAL,
                "no leader: neither read nor written until a replica that has everything is back");
        count(
                partition -> partition.leader().isPresent() && !partition.writable(),
                Severity.CRITICAL,
                "fewer replicas in sync than min.insync.replicas: acks=all is refused");
        count(
                partition -> partition.leader().isPresent() && partition.writable(),
                Severity.WARNING,
                "fewer replicas in sync than assigned");
    }

    private static boolean isLost(UnwellPartition partition) {
        return partition.leader().isEmpty()
                && partition.isr().isEmpty()
                && partition.elr().isEmpty();
    }

    private void count(Predicate<UnwellPartition> which, Severity severity, String what) {
        List<UnwellPartition> matching = unwell.stream().filter(which).toList();
        if (matching.isEmpty()) {
            return;
        }
        String names =
                matching.stream()
                        .limit(NAMES_SHOWN)
                        .map(partition -> partition.topic() + "-" + partition.partition())
                        .collect(Collectors.joining(", "));
        found.add(
                new Problem(
                        severity,
                        "%s (%s%s) %s %s"
                                .formatted(
                                        plural(matching.size(), "partition"),
                                        names,
                                        matching.size() > NAMES_SHOWN ? ", …" : "",
                                        matching.size() == 1 ? "has" : "have",
                                        what),
                        Optional.empty()));
    }

    private static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private boolean hasLeft(Member member) {
        Observation observed = observations.get(member);
        return observed != null
                && Departure.hasLeft(
                        member,
                        observed.state(),
                        observed.joined(),
                        led ? Optional.of(image) : Optional.empty());
    }

    private void judgeDeparture(Member member) {
        if (hasLeft(member)) {
            notice(
                    "node %d has left the cluster, and is still in its layout"
                            .formatted(member.id()),
                    "./tidemark node %1$d remove takes it out there, ./tidemark node %1$d start brings it back"
                            .formatted(member.id()));
        }
    }

    /** What is gone with one node, in a cluster that has several. */
    private void judgeRedundancy() {
        int nodes = image.nodes().size();
        if (!led || nodes < 2) {
            return;
        }
        if (TopicDefaults.in(Optional.of(image)).withoutRedundancy(nodes)) {
            notice(
                    "new topics get one replica unless they say otherwise, although there are %d nodes"
                            .formatted(nodes),
                    "set default.replication.factor of all nodes to %d (kafka-configs --entity-type brokers --entity-default --alter)"
                            .formatted(Math.min(USUAL_REPLICAS, nodes)));
        }
        Redundancy redundancy = Redundancy.in(image);
        if (!redundancy.single().isEmpty()) {
            notice(
                    topics(redundancy.single(), "has", "have")
                            + " one replica of a partition: what is in it is away, or lost, with that node",
                    "give it more: kafka-reassign-partitions, or POST …/reassignments");
        }
        if (!redundancy.tight().isEmpty()) {
            notice(
                    topics(redundancy.tight(), "asks", "ask")
                            + " for more in-sync replicas (min.insync.replicas) than there are: acks=all is refused while any of them is away",
                    "lower min.insync.replicas, or add replicas");
        }
    }

    private static String topics(List<String> names, String one, String many) {
        return "%s (%s%s) %s"
                .formatted(
                        plural(names.size(), "topic"),
                        names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", ")),
                        names.size() > NAMES_SHOWN ? ", …" : "",
                        names.size() == 1 ? one : many);
    }

    private void judgeProcess(Member member) {
        Observation observed = observations.get(member);
        if (observed == null) {
            return;
        }
        String name = member.service().word() + " " + member.id();
        String command = "./tidemark " + name;
        switch (observed.state()) {
            case DOWN -> judgeEnd(name, command, observed.lastWords());
            case PAUSED -> warning(name + " is paused", command + " resume");
            case STARTING_OR_STOPPING -> warning(name + " is starting or stopping", "");
            case UP -> judgeHealth(name, observed);
        }
    }

    private void judgeEnd(String name, String command, LastWords lastWords) {
        switch (lastWords) {
            case LastWords.Stopped stopped -> warning(name + " was stopped", command + " start");
            case LastWords.None nothing ->
                    warning(
                            name + " is down, without a word: killed, or never started",
                            command + " start");
            case LastWords.Failed(String reason) ->
                    warning(name + " ended: " + reason, "mend that, then " + command + " start");
        }
    }

    private void judgeHealth(String name, Observation observed) {
        if (observed.health().isEmpty()) {
            warning(name + " runs, but does not answer at its health page", "");
            return;
        }
        for (String complaint : observed.health().get().complaints()) {
            warning(name + ": " + complaint, "");
        }
    }

    private void judgeMembership(Member member) {
        Observation observed = observations.get(member);
        if (!led || observed == null || observed.state() != ProcessState.UP) {
            return;
        }
        String name = "node " + member.id();
        Optional<NodeImage> node = image.node(member.id());
        if (node.isEmpty()) {
            warning(name + " runs, but has not registered", "see its log");
        } else if (node.get().fenced()) {
            warning(
                    name
                            + " runs, but the coordinator has no sign of life from it: it leads nothing",
                    "look at the network between them, and at its log");
        } else if (node.get().draining()) {
            warning(
                    name
                            + " runs and drains: it is given nothing, and no other node gets its turn to stop",
                    "unless it is being stopped or removed: ./tidemark drain %d --undo"
                            .formatted(member.id()));
        }
    }

    private void judgeFollowingCoordinators() {
        for (Member member : layout.members(Service.COORDINATOR)) {
            Observation observed = observations.get(member);
            if (observed == null || observed.coordinator().isEmpty() || !led) {
                continue;
            }
            CoordinatorStatus says = observed.coordinator().get();
            long behind = image.version() - says.version();
            if (!says.leading() && behind > FAR_BEHIND_ENTRIES) {
                warning("coordinator %d is %,d entries behind".formatted(member.id(), behind), "");
            }
        }
    }
}
