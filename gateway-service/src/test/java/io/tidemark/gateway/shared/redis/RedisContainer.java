package io.tidemark.gateway.shared.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Redis in a container, at a port of this machine that stays the same over restarts. */
final class RedisContainer extends RedisServer {

    private static final DockerImageName IMAGE = DockerImageName.parse("redis:7.2-alpine");

    private @Nullable GenericContainer<?> container;

    RedisContainer(int port) {
        super(port);
    }

    @Override
    void launch() {
        GenericContainer<?> started = new GenericContainer<>(IMAGE);
        started.setPortBindings(List.of("127.0.0.1:" + port() + ":6379"));
        started.setCommand("redis-server", "--save", "", "--appendonly", "no");
        container = started;
        started.start();
    }

    @Override
    public void kill() {
        if (container != null) {
            container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
            container.stop();
        }
    }

    @Override
    public void freeze() {
        if (container != null) {
            container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void thaw() {
        if (container != null) {
            container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
        }
    }

    @Override
    public void close() {
        if (container != null) {
            container.stop();
        }
    }
}
