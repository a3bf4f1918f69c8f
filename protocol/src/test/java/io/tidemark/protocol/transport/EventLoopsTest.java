package io.tidemark.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class EventLoopsTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldUseNativeEpollOnLinux() {
        EventLoopGroup loops = EventLoops.create(1, "test");
        assertThat(EventLoops.isEpoll(loops)).isTrue();
        assertThat(EventLoops.serverChannel(loops)).isEqualTo(EpollServerSocketChannel.class);
        assertThat(EventLoops.clientChannel(loops)).isEqualTo(EpollSocketChannel.class);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void shouldFitTheChannelsToLoopsOfOthers() {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        assertThat(EventLoops.serverChannel(loops)).isEqualTo(NioServerSocketChannel.class);
        assertThat(EventLoops.clientChannel(loops)).isEqualTo(NioSocketChannel.class);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
