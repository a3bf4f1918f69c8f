package io.tidemark.coordinator.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatisQuorumTest {
    @TempDir Path folder;
    @TempDir Path living;

    @Test
    void shouldCutAHalfWrittenEndAndKeepTheRest() throws Exception {
        // Given an entry whose second half did not reach the disk before the power failed
        leaveAsKilled("a", "b", "c");
        Path segment = only("log_inprogress_\\d+");
        byte[] bytes = Files.readAllBytes(segment);
        int end = 1 + lastIndexOf(bytes, "c");
        Arrays.fill(bytes, end, bytes.length, (byte) 0);
        Files.write(segment, bytes);
        // When
        Words after = new Words();
        try (RatisQuorum quorum = alone(after)) {
            awaitTrue(() -> quorum.leadership().leading());
            // Then
            assertThat(after.all).containsExactly("a", "b");
            assertThat(send(quorum, "d")).isEqualTo("d");
        }
        Words last = new Words();
        try (RatisQuorum quorum = alone(last)) {
            awaitTrue(() -> quorum.leadership().leading());
            assertThat(last.all).containsExactly("a", "b", "d");
        }
    }

    @Test
    void shouldRefuseALogThatIsDamagedInTheMiddle() throws Exception {
        leaveAsKilled("first", "second", "third");
        Path segment = only("log_inprogress_\\d+");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[lastIndexOf(bytes, "second")] ^= 1;
        Files.write(segment, bytes);
        assertThatThrownBy(() -> alone(new Words()).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be opened")
                .hasMessageContaining(folder.toString());
    }

    @Test
    void shouldTakeALongEntry() throws Exception {
        String text = "x".repeat(3_500_000);
        Words before = new Words();
        try (RatisQuorum quorum = alone(before)) {
            awaitTrue(() -> quorum.leadership().leading());
            send(quorum, text);
        }
        Words after = new Words();
        try (RatisQuorum quorum = alone(after)) {
            awaitTrue(() -> quorum.leadership().leading());
            assertThat(after.all).anyMatch(text::equals);
        }
    }

    @Test
    void shouldRefuseADamagedSnapshot() throws Exception {
        try (RatisQuorum quorum = alone(new Words())) {
            awaitTrue(() -> quorum.leadership().leading());
            send(quorum, "kept");
        }
        Files.writeString(only("snapshot\\.\\d+_\\d+"), "spoilt");
        assertThatThrownBy(() -> alone(new Words()).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be opened");
    }

    @Test
    void shouldRefuseOtherMembersThanItWasMadeWith() throws Exception {
        leaveAsKilled("kept");
        List<QuorumSettings.Peer> more =
                List.of(self(), new QuorumSettings.Peer("2", "127.0.0.1", freePort()));

        try (RatisQuorum quorum = new RatisQuorum(settings(folder, "1", more))) {
            assertThatThrownBy(() -> quorum.start(new Words()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("made with the coordinators 1, which cannot be changed")
                    .hasMessageContaining("tidemark.coordinator.peers names 1, 2");
        }
        try (RatisQuorum quorum = alone(new Words())) {
            awaitTrue(() -> quorum.leadership().leading());
        }
    }

    @Test
    void shouldOpenAFailedLogAnew() throws Exception {
        Words words = new Words();
        try (RatisQuorum quorum = alone(words)) {
            // Given
            awaitTrue(() -> quorum.leadership().leading());
            send(quorum, "kept");
            // When the log fails, as it does on a full disk; Ratis may say so more than once
            quorum.logFailed(words);
            quorum.logFailed(words);
            assertThat(quorum.leadership().leading()).isFalse();
            // Then
            awaitTrue(() -> quorum.leadership().leading());
            assertThat(send(quorum, "after")).isEqualTo("after");
            assertThat(words.all).containsExactly("kept", "after");
        }
    }

    @Test
    void shouldElectAnotherLeaderOfThreeAndKeepWhatWasAcknowledged() throws Exception {
        // Given
        List<QuorumSettings.Peer> peers = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            peers.add(new QuorumSettings.Peer("" + id, "127.0.0.1", freePort()));
        }
        List<Words> words = List.of(new Words(), new Words(), new Words());
        List<RatisQuorum> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RatisQuorum member =
                    new RatisQuorum(settings(folder.resolve("" + i), "" + (i + 1), peers));
            member.start(words.get(i));
            members.add(member);
        }
        try {
            RatisQuorum leader = awaitLeader(members);
            assertThat(send(leader, "one")).isEqualTo("one");
            String leaderId = leader.leadership().leaderId().orElseThrow();
            RatisQuorum follower =
                    members.stream().filter(member -> member != leader).findFirst().orElseThrow();
            // When a follower is asked
            awaitTrue(() -> follower.leadership().leaderId().isPresent());
            long epoch = leader.leadership().epoch();
            assertThat(epoch).isPositive().isEqualTo(leader.status().epoch());
            awaitTrue(() -> follower.leadership().epoch() == epoch);
            assertThatThrownBy(() -> send(follower, "two"))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            NotLeaderException.class,
                            e -> assertThat(e.leaderId()).contains(leaderId));
            // And when the leader is lost
            leader.close();
            members.remove(leader);
            // Then
            RatisQuorum next = awaitLeader(members);
            assertThat(send(next, "three")).isEqualTo("three");
            assertThat(next.leadership().epoch()).isGreaterThan(epoch);
            assertThat(next.leadership().epoch()).isEqualTo(next.status().epoch());
            Words lost = words.get(Integer.parseInt(leaderId) - 1);
            words.stream()
                    .filter(replica -> replica != lost)
                    .forEach(
                            replica ->
                                    awaitTrue(() -> replica.all.equals(List.of("one", "three"))));
        } finally {
            members.forEach(RatisQuorum::close);
        }
    }

    /** Leaves the log as a process leaves it that is killed: nothing closed, no snapshot. */
    private void leaveAsKilled(String... words) throws Exception {
        try (RatisQuorum quorum = new RatisQuorum(settings(living, "1", List.of(self())))) {
            quorum.start(new Words());
            awaitTrue(() -> quorum.leadership().leading());
            for (String word : words) {
                send(quorum, word);
            }
            copyTree(living, folder);
        }
    }

    private RatisQuorum alone(Words replica) throws IOException {
        RatisQuorum quorum = new RatisQuorum(settings(folder, "1", List.of(self())));
        quorum.start(replica);
        return quorum;
    }

    private static QuorumSettings settings(
            Path folder, String id, List<QuorumSettings.Peer> peers) {
        return new QuorumSettings(folder, id, peers, Duration.ofMillis(500), 1_000, 2);
    }

    private static QuorumSettings.Peer self() {
        return new QuorumSettings.Peer("1", "127.0.0.1", 0);
    }

    private static String send(RatisQuorum quorum, String word) throws Exception {
        byte[] answer =
                quorum.propose(word.getBytes(StandardCharsets.UTF_8))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
        return new String(answer, StandardCharsets.UTF_8);
    }

    private static int lastIndexOf(byte[] bytes, String word) {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(word);
        assertThat(at).isPositive();
        return at;
    }

    private Path only(String pattern) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.getFileName().toString().matches(pattern))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static RatisQuorum awaitLeader(List<RatisQuorum> members) {
        awaitTrue(() -> members.stream().anyMatch(member -> member.leadership().leading()));
        return members.stream()
                .filter(member -> member.leadership().leading())
                .findFirst()
                .orElseThrow();
    }

    private static void awaitTrue(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within 30 s").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A replica that remembers every word. */
    private static final class Words implements Replica {
        final List<String> all = new CopyOnWriteArrayList<>();

        @Override
        public byte[] apply(long index, byte[] entry) {
            all.add(new String(entry, StandardCharsets.UTF_8));
            return entry;
        }

        @Override
        public void writeSnapshot(OutputStream out) throws IOException {
            out.write(String.join("\n", all).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void readSnapshot(InputStream in) throws IOException {
            all.clear();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            all.addAll(text.lines().toList());
        }

        @Override
        public void reset() {
            all.clear();
        }

        @Override
        public void leadershipChanged(Leadership leadership) {}
    }
}
