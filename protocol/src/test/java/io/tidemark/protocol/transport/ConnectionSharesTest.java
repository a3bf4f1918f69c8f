package io.tidemark.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.transport.ConnectionShares.Refusal;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionSharesTest {
    private static final long SECOND = 1_000_000_000;
    private static final ClientAddress FAR = address("10.0.0.1");

    @Test
    void shouldGiveAQuarterToOneAddressAndThreeToThisMachine() {
        ConnectionShares shares = new ConnectionShares(8, 0, OpenFiles.unbounded());
        assertThat(shares.open(FAR)).isNull();
        assertThat(shares.open(FAR)).isNull();
        assertThat(shares.open(FAR)).isEqualTo(Refusal.ADDRESS);
        for (int i = 0; i < 6; i++) {
            assertThat(shares.open(address("127.0.0.1"))).isNull();
        }
        assertThat(shares.open(address("127.0.0.1"))).isEqualTo(Refusal.LISTENER);
        assertThat(shares.open()).isEqualTo(8);

        // And what is given back is there for others
        shares.close(FAR);
        assertThat(shares.open(address("10.0.0.2"))).isNull();
    }

    @Test
    void shouldGiveWhatIsConfigured() {
        ConnectionShares shares = new ConnectionShares(8, 1, OpenFiles.unbounded());
        assertThat(shares.open(address("::1"))).isNull();
        assertThat(shares.open(address("::1"))).isEqualTo(Refusal.ADDRESS);
        assertThat(shares.open(address("2001:db8::1"))).isNull();
        assertThat(shares.open(address("2001:db8::2"))).as("one network").isNotNull();
        assertThat(shares.open(address("2001:db8:0:1::1"))).isNull();
    }

    @Test
    void shouldLeaveFilesToOthers() {
        AtomicLong open = new AtomicLong(100);
        AtomicLong now = new AtomicLong();
        OpenFiles files = new OpenFiles(1_000, open::get, now::get);
        ConnectionShares shares = new ConnectionShares(5_000, 5_000, files);

        // When: each takes a file
        int taken = 0;
        while (shares.open(FAR) == null) {
            taken++;
            open.incrementAndGet();
        }

        // Then: the reserve is left
        assertThat(taken).isEqualTo(1_000 - 256 - 100);
        assertThat(shares.open(FAR)).isEqualTo(Refusal.FILES);
        assertThat(shares.open()).isEqualTo(taken);

        // And: what others give back is seen, after a while
        open.addAndGet(-10);
        assertThat(shares.open(FAR)).isEqualTo(Refusal.FILES);
        now.addAndGet(SECOND);
        assertThat(shares.open(FAR)).isNull();
    }

    @Test
    void shouldSeeFilesThatOthersOpen() {
        AtomicLong open = new AtomicLong(100);
        AtomicLong now = new AtomicLong();
        OpenFiles files = new OpenFiles(1_000, open::get, now::get);
        assertThat(files.take()).isTrue();
        open.set(900);
        now.addAndGet(SECOND);
        assertThat(files.take()).isFalse();
    }

    private static ClientAddress address(String literal) {
        return ClientAddress.of(new InetSocketAddress(literal, 1));
    }
}
