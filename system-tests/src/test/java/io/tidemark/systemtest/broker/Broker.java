package io.tidemark.systemtest.broker;

import io.tidemark.testkit.process.BrokerLaunch;
import io.tidemark.testkit.process.BrokerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A broker that keeps its data folder and its ports over any number of starts. */
public final class Broker implements AutoCloseable {

    /** Generous: a noisy machine, and a recovery, come on top of the usual few seconds. */
    public static final Duration START_TIMEOUT = Duration.ofSeconds(180);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    private final Installation installation;
    private final Path dataFolder;
    private BrokerLaunch launch;
    private BrokerProcess process;

    private Broker(Installation installation, Path dataFolder, BrokerLaunch launch) {
        this.installation = installation;
        this.dataFolder = dataFolder;
        this.launch = launch;
        this.process = BrokerProcess.start(launch);
    }

    /** Starts a broker of its own for a test and awaits it. */
    public static Broker start(Path dataFolder) {
        return start(Installation.underTest(dataFolder));
    }

    /** Starts a broker as described and awaits it. */
    public static Broker start(Installation installation) {
        Broker broker = begin(installation);
        broker.awaitReady();
        return broker;
    }

    /** Starts a broker as described, without awaiting it. */
    public static Broker begin(Installation installation) {
        return new Broker(installation, installation.dataFolder(), installation.launch());
    }

    /** Waits until clients are served. */
    public void awaitReady() {
        try {
            process.awaitReady(START_TIMEOUT);
        } catch (IllegalStateException failure) {
            process.close();
            throw failure;
        }
    }

    /** Starts the broker again, after it has ended, on the same data folder and ports. */
    public void restart() {
        beginRestart();
        awaitReady();
    }

    /** As {@link #restart}, with another launch from now on. */
    public void restart(BrokerLaunch changed) {
        launch = changed;
        restart();
    }

    /** Starts the broker again without awaiting it. */
    public void beginRestart() {
        if (process.isAlive()) {
            throw new IllegalStateException("the broker still runs");
        }
        process = BrokerProcess.start(launch);
    }

    /** Kills the broker as {@code kill -9} does. */
    public void kill9() {
        process.kill9();
    }

    /** Stops the broker as Ctrl-C does and returns its exit code. */
    public int stop() {
        return process.stop(STOP_TIMEOUT);
    }

    public BrokerProcess process() {
        return process;
    }

    public BrokerLaunch launch() {
        return launch;
    }

    public Path dataFolder() {
        return dataFolder;
    }

    /** For {@code bootstrap.servers}. */
    public String kafka() {
        return "127.0.0.1:" + installation.kafkaPort();
    }

    public int kafkaPort() {
        return installation.kafkaPort();
    }

    /** A URL of the HTTP interface; {@code path} begins with a slash. */
    public URI http(String path) {
        return URI.create("http://127.0.0.1:" + installation.httpPort() + path);
    }

    public int httpPort() {
        return installation.httpPort();
    }

    /** A URL of the management interface; {@code path} begins with a slash. */
    public URI management(String path) {
        return URI.create("http://127.0.0.1:" + installation.managementPort() + path);
    }

    /** Whether this is Apache Kafka, which has no HTTP interface. */
    public boolean isReference() {
        return installation.reference();
    }

    @Override
    public void close() {
        process.close();
    }
}
