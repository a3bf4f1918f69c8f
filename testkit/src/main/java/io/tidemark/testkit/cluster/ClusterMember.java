package io.tidemark.testkit.cluster;

import io.tidemark.cluster.layout.Member;
import io.tidemark.testkit.process.BrokerLaunch;
import io.tidemark.testkit.process.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A member of the cluster and the process that it is, over any number of starts. Used by one thread
 * at a time.
 */
public final class ClusterMember {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(4);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    private final Member member;
    private final Path dataFolder;
    private BrokerLaunch launch;
    private volatile @Nullable BrokerProcess process;
    private volatile boolean paused;

    ClusterMember(Member member, Path dataFolder, BrokerLaunch launch) {
        this.member = member;
        this.dataFolder = dataFolder;
        this.launch = launch;
    }

    public Member member() {
        return member;
    }

    public int id() {
        return member.id();
    }

    public Path dataFolder() {
        return dataFolder;
    }

    /** How it is started from now on. */
    public void relaunchAs(BrokerLaunch changed) {
        launch = changed;
    }

    public BrokerLaunch launch() {
        return launch;
    }

    /** Starts it; {@link #awaitReady} waits. */
    public ClusterMember start() {
        if (isAlive()) {
            throw new IllegalStateException(member.name() + " runs already");
        }
        paused = false;
        process = BrokerProcess.start(launch);
        return this;
    }

    /** Waits until it serves. */
    public ClusterMember awaitReady() {
        process().awaitReady(START_TIMEOUT);
        return this;
    }

    /** Kills it as a crash does, if it runs. */
    public void kill9() {
        if (isAlive()) {
            process().kill9();
        }
    }

    /** Asks it to stop and waits until it has; returns its exit code. */
    public int stop() {
        return process().stop(STOP_TIMEOUT);
    }

    /** Freezes it. */
    public void pause() {
        process().pause();
        paused = true;
    }

    /** Lets it go on. */
    public void resume() {
        paused = false;
        process().resume();
    }

    public boolean isPaused() {
        return paused;
    }

    public boolean isAlive() {
        BrokerProcess running = process;
        return running != null && running.isAlive();
    }

    /**
     * @throws IllegalStateException before its first start
     */
    public BrokerProcess process() {
        BrokerProcess running = process;
        if (running == null) {
            throw new IllegalStateException(member.name() + " was never started");
        }
        return running;
    }

    @Override
    public String toString() {
        return member.service().word() + " " + member.id();
    }
}
