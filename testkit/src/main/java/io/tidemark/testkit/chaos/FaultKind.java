package io.tidemark.testkit.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What can happen to a cluster. */
public enum FaultKind {
    KILL_LEADER("kill", "kill -9 of a node that leads"),
    KILL_FOLLOWER("kill", "kill -9 of a node that leads nothing much"),
    KILL_COORDINATOR("kill", "kill -9 of the coordinator that leads"),
    KILL_GATEWAY("kill", "kill -9 of a gateway"),
    KILL_SEVERAL("kill", "kill -9 of a node, a coordinator and a gateway at once"),
    KILL_ALL("kill", "kill -9 of everything at once"),
    PAUSE_LEADER("pause", "a node that leads frozen (SIGSTOP)"),
    PAUSE_COORDINATOR("pause", "the coordinator that leads frozen"),
    CUT_OFF("cut", "a node cut off from everything, clients too"),
    CUT_PEERS("cut", "a node cut off from all other members, while clients reach it"),
    CUT_ONE_WAY("cut", "what a node sends does not reach the coordinators"),
    CUT_FOLLOWERS("cut", "a leader that its followers cannot reach, and the coordinators can"),
    CUT_COORDINATOR("cut", "the coordinator that leads cut off from everything"),
    CUT_FLAPPING("cut", "a node cut off and back, over and over"),
    DISK_FULL("disk", "a node's disk is full"),
    SLOW_SYNC("disk", "every fsync of a node takes 300 ms longer"),
    FAILED_SYNC("disk", "an fsync of a node fails (EIO)"),
    WIPED_DISK("disk", "a node comes back with an empty disk"),
    CORRUPTION("disk", "bytes in the middle of a node's segments change while it is down"),
    POWER_LOSS("power", "a node loses power: what it had not forced is gone"),
    POWER_LOSS_OF_ALL("power", "every node loses power at once"),
    CLOCK("clock", "a node or a coordinator comes back with a clock an hour off"),
    ROLLING_RESTART("roll", "every node stopped and started, one after the other");

    private final String group;
    private final String description;

    FaultKind(String group, String description) {
        this.group = group;
        this.description = description;
    }

    /** As it is asked for on a command line: {@code kill-leader}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * {@code kill}, {@code pause}, {@code cut}, {@code disk}, {@code power}, {@code clock} or
     * {@code roll}.
     */
    public String group() {
        return group;
    }

    public String description() {
        return description;
    }

    boolean needsCuts() {
        return group.equals("cut");
    }

    boolean needsVolumes() {
        return this == DISK_FULL || group.equals("power");
    }

    boolean needsTracer() {
        return this == SLOW_SYNC || this == FAILED_SYNC;
    }

    /**
     * Kinds by their words, or by their groups'.
     *
     * @throws IllegalArgumentException naming the first that is unknown
     */
    public static Set<FaultKind> ofWords(List<String> words) {
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (String word : words) {
            List<FaultKind> matching =
                    Arrays.stream(values())
                            .filter(k -> k.group.equals(word) || k.word().equals(word))
                            .toList();
            if (matching.isEmpty()) {
                throw new IllegalArgumentException("there is no fault '" + word + "'");
            }
            kinds.addAll(matching);
        }
        return kinds;
    }
}
