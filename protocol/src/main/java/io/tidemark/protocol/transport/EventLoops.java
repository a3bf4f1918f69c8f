package io.tidemark.protocol.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Makes event loops of the best kind there is (native epoll, else NIO), and channels for them. */
public final class EventLoops {

    private EventLoops() {}

    /**
     * Makes loops; whoever asks for them shuts them down.
     *
     * @param threads at least 1
     * @param name the threads are named {@code <name>-<pool>-<n>}
     */
    public static EventLoopGroup create(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory(name, true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** Whether the group's loops are native epoll loops. */
    public static boolean isEpoll(EventLoopGroup loops) {
        return loops instanceof IoEventLoopGroup io && io.isIoType(EpollIoHandler.class);
    }

    /** The class of listening channels that the group can run. */
    public static Class<? extends ServerSocketChannel> serverChannel(EventLoopGroup loops) {
        return isEpoll(loops) ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** The class of connections that the group can run. */
    public static Class<? extends SocketChannel> clientChannel(EventLoopGroup loops) {
        return isEpoll(loops) ? EpollSocketChannel.class : NioSocketChannel.class;
    }
}
