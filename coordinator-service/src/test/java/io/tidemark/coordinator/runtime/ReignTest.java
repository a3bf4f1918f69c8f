package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.quorum.ModelQuorum;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A coordinator serves as long as it leads, however quickly it is deposed and elected again. */
@Timeout(60)
class ReignTest {
    private static final long A_WHILE_MS = 200;

    private final HeldQuorum quorum = new HeldQuorum();
    private Coordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = RunningCoordinator.of(quorum);
    }

    @AfterEach
    void close() {
        coordinator.close();
    }

    @Test
    void shouldNotServeWhereItIsDeposedBeforeTheClusterIsSetUp() throws Exception {
        quorum.lead();
        quorum.proposed.await();
        quorum.resign();

        quorum.answers.complete(null);

        Thread.sleep(A_WHILE_MS); // in which nothing may happen
        assertThat(coordinator.isReady()).isFalse();
        quorum.lead();
        RunningCoordinator.until(coordinator::isReady);
    }

    @Test
    void shouldEndWhatBeganInAReignWithIt() throws Exception {
        quorum.answers.complete(null);
        quorum.lead();
        RunningCoordinator.until(coordinator::isReady);
        BooleanSupplier reign = coordinator.reign();
        assertThat(reign.getAsBoolean()).isTrue();

        quorum.resign();
        RunningCoordinator.until(() -> !coordinator.isReady());
        quorum.lead();
        RunningCoordinator.until(coordinator::isReady);

        assertThat(reign.getAsBoolean()).isFalse();
        assertThat(coordinator.reign().getAsBoolean()).isTrue();
    }

    /** One whose answers are held back until the test lets them go. */
    private static final class HeldQuorum extends LockedQuorum {
        private final CompletableFuture<Void> answers = new CompletableFuture<>();
        private final CountDownLatch proposed = new CountDownLatch(1);

        HeldQuorum() {
            super(new ModelQuorum(new ModelQuorum.Log(), "1"), new Object());
        }

        @Override
        public CompletionStage<byte[]> propose(byte[] entry) {
            CompletionStage<byte[]> answer = super.propose(entry);
            proposed.countDown();
            return answers.thenCompose(go -> answer);
        }
    }
}
