package io.tidemark.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NettyOutletTest {

    private static final int BOUND = 1_000;

    /** A socket that takes what it is given only when told to. */
    private static final class Socket extends ChannelOutboundHandlerAdapter {
        private final Queue<ChannelPromise> unsent = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            unsent.add(promise);
        }

        void take(int writes) {
            for (int i = 0; i < writes; i++) {
                unsent.remove().setSuccess();
            }
        }
    }

    @Test
    void shouldNotBeReadyAgainBeforeItSaysSo() {
        // Given
        Socket socket = new Socket();
        EmbeddedChannel channel = new EmbeddedChannel(socket);
        AtomicInteger told = new AtomicInteger();
        NettyOutlet outlet = new NettyOutlet(channel, BOUND, () -> {});
        outlet.whenReady(told::incrementAndGet);
        for (int i = 0; i < 10; i++) {
            assertThat(outlet.ready()).isTrue();
            outlet.write(Unpooled.wrappedBuffer(new byte[BOUND / 10]));
        }
        assertThat(outlet.ready()).isFalse();

        // When: there is a little room, and then no more for as long as the client does not read
        socket.take(4);

        // Then
        assertThat(outlet.ready()).as("nobody was told").isFalse();
        assertThat(told).hasValue(0);

        // And
        socket.take(2);
        assertThat(told).hasValue(1);
        assertThat(outlet.ready()).isTrue();
        socket.take(4);
        assertThat(told).hasValue(1);
        channel.finishAndReleaseAll();
    }
}
