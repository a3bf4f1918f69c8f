package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.quorum.Leadership;
import io.tidemark.coordinator.quorum.LogProgress;
import io.tidemark.coordinator.quorum.ModelQuorum;
import io.tidemark.coordinator.quorum.Quorum;
import io.tidemark.coordinator.quorum.Replica;
import io.tidemark.metadata.control.QuorumStatus;
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
        quorum.model.lead();
        quorum.proposed.await();
        quorum.model.resign();

        quorum.answers.complete(null);

        Thread.sleep(A_WHILE_MS); // in which nothing may happen
        assertThat(coordinator.isReady()).isFalse();
        quorum.model.lead();
        await(coordinator::isReady);
    }

    @Test
    void shouldEndWhatBeganInAReignWithIt() throws Exception {
        quorum.answers.complete(null);
        quorum.model.lead();
        await(coordinator::isReady);
        BooleanSupplier reign = coordinator.reign();
        assertThat(reign.getAsBoolean()).isTrue();

        quorum.model.resign();
        await(() -> !coordinator.isReady());
        quorum.model.lead();
        await(coordinator::isReady);

        assertThat(reign.getAsBoolean()).isFalse();
        assertThat(coordinator.reign().getAsBoolean()).isTrue();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    /** One whose answers are held back until the test lets them go. */
    private static final class HeldQuorum implements Quorum {
        private final ModelQuorum model = new ModelQuorum(new ModelQuorum.Log(), "1");
        private final CompletableFuture<Void> answers = new CompletableFuture<>();
        private final CountDownLatch proposed = new CountDownLatch(1);

        @Override
        public void start(Replica replica) {
            model.start(replica);
        }

        @Override
        public CompletionStage<byte[]> propose(byte[] entry) {
            CompletionStage<byte[]> answer = model.propose(entry);
            proposed.countDown();
            return answers.thenCompose(go -> answer);
        }

        @Override
        public Leadership leadership() {
            return model.leadership();
        }

        @Override
        public QuorumStatus status() {
            return model.status();
        }

        @Override
        public LogProgress progress() {
            return model.progress();
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
