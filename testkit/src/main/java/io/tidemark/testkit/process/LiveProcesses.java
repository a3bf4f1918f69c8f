package io.tidemark.testkit.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes this JVM started and that still run; whatever is left is killed when it ends. */
final class LiveProcesses {

    private static final Set<Process> LIVE = startWatching();

    private LiveProcesses() {}

    static void remember(Process process) {
        LIVE.add(process);
        process.onExit().thenRun(() -> LIVE.remove(process));
    }

    private static Set<Process> startWatching() {
        Set<Process> live = ConcurrentHashMap.newKeySet();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> live.forEach(LiveProcesses::kill), "end-processes"));
        return live;
    }

    static void kill(Process process) {
        // Children first: a tracer that dies before its tracee would let it go.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
