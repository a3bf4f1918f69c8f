package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.ProcessState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Tells when a member comes or goes. Used by one thread. */
final class Watch {
    private final ClusterFolder folder;
    private final Consumer<String> out;
    private final Map<Member, ProcessState> states = new LinkedHashMap<>();

    Watch(ClusterFolder folder, ClusterLayout layout, Consumer<String> out) {
        this.folder = folder;
        this.out = out;
        layout.members().forEach(member -> states.put(member, stateOf(member)));
    }

    static boolean isRunning(ClusterFolder folder, Member member) {
        return new MemberProcess(folder, member).state() != ProcessState.DOWN;
    }

    private ProcessState stateOf(Member member) {
        return new MemberProcess(folder, member).state();
    }

    /** Says what has changed since the last look; false when nothing runs any more. */
    boolean look() {
        boolean anyRuns = false;
        for (Map.Entry<Member, ProcessState> each : states.entrySet()) {
            ProcessState now = stateOf(each.getKey());
            if (now != each.getValue()) {
                out.accept(change(each.getKey(), now));
                each.setValue(now);
            }
            anyRuns |= now != ProcessState.DOWN;
        }
        return anyRuns;
    }

    private String change(Member member, ProcessState now) {
        return member.name()
                + switch (now) {
                    case UP -> " is up";
                    case PAUSED -> " is paused";
                    case STARTING_OR_STOPPING -> " starts or stops";
                    case DOWN ->
                            switch (LastWords.in(folder.logOf(member))) {
                                case LastWords.Failed(String reason) -> " has ended: " + reason;
                                case LastWords.Stopped stopped -> " has stopped";
                                case LastWords.None nothing -> " is gone, without a word";
                            };
                };
    }
}
