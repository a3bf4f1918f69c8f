package io.tidemark.gateway.shared.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.shared.instance.InstanceDirectory.Creation;
import io.tidemark.gateway.shared.instance.InstanceDirectory.Outcome;
import io.tidemark.gateway.shared.instance.InstanceDirectory.Takeover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What holds for every directory. */
abstract class InstanceDirectoryContract {

    static final InstanceKey KEY = new InstanceKey("orders", "reader-1");
    static final Duration LONG = Duration.ofMinutes(5);
    static final Duration SHORT = Duration.ofMillis(200);
    static final InstanceBounds BOUNDS = new InstanceBounds(3, 1000, 4);

    /** A directory with nothing in it, within {@link #BOUNDS}. */
    abstract InstanceDirectory directory();

    /** Returns once this much time has gone by for the directory. */
    abstract void pass(Duration time) throws InterruptedException;

    static <T> T get(Mono<T> answer) {
        return Objects.requireNonNull(answer.block(Duration.ofSeconds(10)));
    }

    static ConsumerInstance created(InstanceDirectory directory, InstanceKey key) {
        return created(directory, key, LONG);
    }

    static ConsumerInstance created(InstanceDirectory directory, InstanceKey key, Duration ttl) {
        Creation creation = get(directory.create(key, "{\"format\":\"json\"}", "gateway-a", ttl));
        assertThat(creation).isInstanceOf(Creation.Created.class);
        return ((Creation.Created) creation).instance();
    }

    @Test
    void shouldShowWhatWasCreated() {
        InstanceDirectory directory = directory();

        ConsumerInstance instance = created(directory, KEY);

        assertThat(instance.configuration()).isEqualTo("{\"format\":\"json\"}");
        assertThat(instance.owner()).isEqualTo("gateway-a");
        assertThat(instance.memberEpoch()).isEqualTo(ConsumerInstance.NO_EPOCH);
        assertThat(instance.memberId()).isEmpty();
        assertThat(instance.subscription()).isEmpty();
        assertThat(instance.positions()).isEmpty();
        assertThat(instance.ttlMs()).isEqualTo(LONG.toMillis());
        assertThat(get(directory.find(KEY))).isEqualTo(instance);
    }

    @Test
    void shouldCreateEachNameOnce() {
        InstanceDirectory directory = directory();
        ConsumerInstance first = created(directory, KEY);

        Creation second = get(directory.create(KEY, "{}", "gateway-b", LONG));

        assertThat(second).isEqualTo(new Creation.Exists(first));
        created(directory, new InstanceKey("others", "reader-1"));
    }

    @Test
    void shouldChangeWhatAChangeNames() {
        InstanceDirectory directory = directory();
        long claim = created(directory, KEY).claim();
        TopicPartition p0 = new TopicPartition("a:b", 0);
        TopicPartition p1 = new TopicPartition("a:b", 1);

        Outcome outcome =
                get(
                        directory.update(
                                KEY,
                                claim,
                                InstanceChange.none()
                                        .subscription("[\"a:b\"]")
                                        .member("m-1", 7)
                                        .positions(Map.of(p0, 10L, p1, Long.MAX_VALUE))));
        get(directory.update(KEY, claim, InstanceChange.use().positions(Map.of(p0, 12L))));

        assertThat(outcome).isEqualTo(new Outcome.Done());
        ConsumerInstance now = get(directory.find(KEY));
        assertThat(now.subscription()).isEqualTo("[\"a:b\"]");
        assertThat(now.memberId()).isEqualTo("m-1");
        assertThat(now.memberEpoch()).isEqualTo(7);
        assertThat(now.positions()).isEqualTo(Map.of(p0, 12L, p1, Long.MAX_VALUE));

        get(directory.update(KEY, claim, InstanceChange.none().onlyPositions(Map.of(p1, 3L))));
        assertThat(get(directory.find(KEY)).positions()).isEqualTo(Map.of(p1, 3L));
        assertThat(get(directory.find(KEY)).subscription()).isEqualTo("[\"a:b\"]");
    }

    @Test
    void shouldRefuseAFormerOwnersLateWrite() {
        // Given
        InstanceDirectory directory = directory();
        long first = created(directory, KEY).claim();
        Takeover takeover = get(directory.claim(KEY, first, "gateway-b"));
        assertThat(takeover).isInstanceOf(Takeover.Claimed.class);
        ConsumerInstance taken = ((Takeover.Claimed) takeover).instance();
        assertThat(taken.claim()).isGreaterThan(first);
        assertThat(taken.owner()).isEqualTo("gateway-b");

        // When
        Outcome late =
                get(directory.update(KEY, first, InstanceChange.none().subscription("late")));
        Outcome lateDelete = get(directory.delete(KEY, first));
        Outcome lateUse = get(directory.touch(KEY, first));

        // Then
        Outcome fenced = new Outcome.Fenced("gateway-b", taken.claim());
        assertThat(List.of(late, lateDelete, lateUse)).containsOnly(fenced);
        assertThat(get(directory.find(KEY)).subscription()).isEmpty();
    }

    @Test
    void shouldLetOneOfSeveralClaimersSucceed() {
        InstanceDirectory directory = directory();
        long seen = created(directory, KEY).claim();

        List<Takeover> takeovers =
                get(
                        Flux.merge(
                                        IntStream.range(0, 16)
                                                .mapToObj(
                                                        i ->
                                                                directory.claim(
                                                                        KEY, seen, "gateway-" + i))
                                                .toList())
                                .collectList());

        List<Takeover.Claimed> winners = only(Takeover.Claimed.class, takeovers);
        List<Takeover.Lost> losers = only(Takeover.Lost.class, takeovers);
        assertThat(winners).hasSize(1);
        assertThat(losers).hasSize(15);
        long claim = winners.getFirst().instance().claim();
        assertThat(losers).allMatch(lost -> lost.instance().claim() == claim);
    }

    private static <T> List<T> only(Class<T> type, List<?> all) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void shouldKnowNothingOfWhatWasDeleted() {
        InstanceDirectory directory = directory();
        long claim = created(directory, KEY).claim();

        assertThat(get(directory.delete(KEY, claim))).isEqualTo(new Outcome.Done());

        assertThat(directory.find(KEY).block()).isNull();
        assertThat(get(directory.delete(KEY, claim))).isEqualTo(new Outcome.Absent());
        assertThat(get(directory.touch(KEY, claim))).isEqualTo(new Outcome.Absent());
        assertThat(get(directory.claim(KEY, claim, "b"))).isEqualTo(new Takeover.Absent());
        assertThat(created(directory, KEY).claim()).isGreaterThan(claim);
    }

    @Test
    void shouldForgetWhatIsNotUsed() throws InterruptedException {
        // Given
        InstanceDirectory directory = directory();
        long claim = created(directory, KEY, SHORT).claim();
        get(directory.update(KEY, claim, InstanceChange.none().subscription("[]")));

        // When
        pass(SHORT.plusMillis(50));

        // Then
        assertThat(directory.find(KEY).block()).isNull();
        assertThat(get(directory.touch(KEY, claim))).isEqualTo(new Outcome.Absent());
        created(directory, KEY);
    }

    @Test
    void shouldKeepWhatIsUsed() throws InterruptedException {
        InstanceDirectory directory = directory();
        int tries = 0;
        while (!keptWhileUsed(directory, new InstanceKey("g", "try-" + tries))) {
            assertThat(++tries).as("tries on a machine that stands still").isLessThan(20);
        }
    }

    /** False where the machine stood still for so long that nothing can be said. */
    private boolean keptWhileUsed(InstanceDirectory directory, InstanceKey key)
            throws InterruptedException {
        Duration ttl = SHORT.multipliedBy(5);
        long used = System.nanoTime();
        long claim = created(directory, key, ttl).claim();
        for (int i = 0; i < 3; i++) {
            pass(ttl.dividedBy(2));
            long now = System.nanoTime();
            Outcome outcome = get(directory.touch(key, claim));
            if (System.nanoTime() - used >= ttl.toNanos()) {
                get(directory.delete(key, claim));
                return false;
            }
            assertThat(outcome).isEqualTo(new Outcome.Done());
            used = now;
        }
        return true;
    }

    @Test
    void shouldTakeNoMoreThanItMayHold() throws InterruptedException {
        InstanceDirectory directory = directory();
        Duration soon = SHORT.multipliedBy(10);
        List<ConsumerInstance> all = new ArrayList<>();
        for (int i = 0; i < BOUNDS.maxInstances(); i++) {
            all.add(created(directory, new InstanceKey("g", "i" + i), i == 0 ? soon : LONG));
        }

        assertThat(get(directory.create(KEY, "{}", "a", LONG)))
                .isEqualTo(new Creation.Full(BOUNDS.maxInstances()));
        assertThat(get(directory.create(all.getLast().key(), "{}", "a", LONG)))
                .isEqualTo(new Creation.Exists(all.getLast()));

        pass(soon.plusMillis(50));
        created(directory, KEY);
        assertThat(get(directory.create(new InstanceKey("g", "one-more"), "{}", "a", LONG)))
                .isInstanceOf(Creation.Full.class);
        get(directory.delete(all.getLast().key(), all.getLast().claim()));
        created(directory, new InstanceKey("g", "one-more"));
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        InstanceDirectory directory = directory();
        long claim = created(directory, KEY).claim();
        Map<TopicPartition, Long> four =
                IntStream.range(0, 4)
                        .boxed()
                        .collect(Collectors.toMap(i -> new TopicPartition("t", i), i -> 1L));
        get(directory.update(KEY, claim, InstanceChange.none().positions(four)));

        assertThat(
                        get(
                                directory.update(
                                        KEY,
                                        claim,
                                        InstanceChange.none()
                                                .subscription("changed")
                                                .positions(
                                                        Map.of(new TopicPartition("t", 4), 1L)))))
                .isInstanceOf(Outcome.TooLarge.class);
        assertThat(
                        get(
                                directory.update(
                                        KEY,
                                        claim,
                                        InstanceChange.none().subscription("x".repeat(1001)))))
                .isInstanceOf(Outcome.TooLarge.class);
        assertThat(get(directory.find(KEY)).subscription()).as("all or nothing").isEmpty();
        assertThat(get(directory.find(KEY)).positions()).isEqualTo(four);
        assertThatThrownBy(
                        () ->
                                directory
                                        .create(
                                                new InstanceKey("g", "i"),
                                                "x".repeat(1001),
                                                "a",
                                                LONG)
                                        .block())
                .isInstanceOf(ApiErrorException.class)
                .hasMessageContaining("1001 characters");
        assertThatThrownBy(() -> new InstanceKey("g", "x".repeat(256)))
                .hasMessageContaining("256 characters");
    }
}
