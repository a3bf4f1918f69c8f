package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.transport.EventLoops;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.junit.jupiter.api.Test;

/** Ten thousand connections that do nothing, or as many as the process may open. */
class IdleConnectionsIT {
    private static final int WANTED = 10_000;
    private static final int SPARE_FILES = 500;

    /** Both ends of a connection live in this process: its share is less. */
    private static final long MAX_HEAP_BYTES_PER_CONNECTION = 16 << 10;

    private static final long MAX_DIRECT_BYTES = 16 << 20;

    @Test
    void shouldHoldIdleConnectionsInLittleMemory() throws Exception {
        EventLoopGroup loops = EventLoops.create(2, "test");
        KafkaServer server =
                KafkaServer.start(ServerConfig.of("PLAINTEXT", "127.0.0.1", 0), loops, List.of());
        List<RawClient> clients = new ArrayList<>();
        try {
            int count = affordableConnections();
            connectAndAsk(server, clients, 10); // classes are loaded, threads are there
            long heapBefore = usedHeapBytes();
            connectAndAsk(server, clients, count);
            assertThat(server.connectionCount()).isEqualTo(clients.size());

            assertThat((usedHeapBytes() - heapBefore) / count)
                    .as("heap bytes per connection, of %d", count)
                    .isLessThan(MAX_HEAP_BYTES_PER_CONNECTION);
            assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory())
                    .isLessThan(MAX_DIRECT_BYTES);
            assertThat(server.bytesInFlight()).isZero();
            for (int i = 0; i < clients.size(); i += 97) {
                ask(clients.get(i));
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
            server.close();
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static void connectAndAsk(KafkaServer server, List<RawClient> clients, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            RawClient client = new RawClient(server.address());
            clients.add(client);
            ask(client);
        }
    }

    private static void ask(RawClient client) throws IOException {
        client.send(new ApiVersionsRequestData(), (short) 0, 1);
        client.receive(new ApiVersionsResponseData(), (short) 0, 1);
    }

    private static int affordableConnections() {
        var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
        // Both ends are here, and of what this process may open a listener takes a third, of which
        // three quarters go to this machine.
        long served = system.getMaxFileDescriptorCount() / 4;
        return (int) Math.min(Math.min(WANTED, served), free / 2) - SPARE_FILES;
    }

    private static long usedHeapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
