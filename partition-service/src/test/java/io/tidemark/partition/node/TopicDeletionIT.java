package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many topics are deleted at once. */
@Timeout(120)
class TopicDeletionIT {
    private static final String CHECKPOINT = "recovery-point-offset-checkpoint";
    private static final int TOPICS = 60;

    @TempDir Path folder;
    private final HeldDisks disks = new HeldDisks();
    private final InMemoryControlPlane controlPlane = new InMemoryControlPlane();

    @Test
    void shouldWriteOneCheckpointForAllThatWait() throws Exception {
        try (TestNode node = TestNode.start(controlPlane, 2, disks, folder);
                Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap))) {
            List<String> topics = IntStream.range(0, TOPICS).mapToObj(i -> "topic" + i).toList();
            admin.createTopics(topics.stream().map(t -> new NewTopic(t, 2, (short) 1)).toList())
                    .all()
                    .get();
            await(2 * TOPICS);
            int before = disks.renamedTo(CHECKPOINT);

            disks.hold(folder);
            admin.deleteTopics(topics).all().get();
            await(2 * TOPICS, node);
            disks.release();
            await(0);

            // That of the first one, of all others, and of what is done every five seconds
            assertThat(disks.renamedTo(CHECKPOINT) - before).isLessThan(8);

            admin.createTopics(List.of(new NewTopic("topic0", 2, (short) 1))).all().get();
            await(2);
            assertThat(node.fatal).isEmpty();
        }
    }

    /** Until the node has let go of all its partitions, whose folders are still there. */
    private void await(int folders, TestNode node) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (node.node.runtime().registry().all().findAny().isPresent()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
        assertThat(folders()).isEqualTo(folders);
    }

    private void await(int folders) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (folders() != folders) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private int folders() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return (int)
                    found.filter(path -> path.getFileName().toString().startsWith("topic")).count();
        }
    }
}
