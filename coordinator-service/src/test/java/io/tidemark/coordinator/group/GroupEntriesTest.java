package io.tidemark.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupChange.OffsetsCommitted;
import io.tidemark.coordinator.group.GroupChange.TopicPartition;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.metadata.json.MetadataJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class GroupEntriesTest {
    private static final Uuid ORDERS = new Uuid(3, -4);
    private static final Uuid BILLS = new Uuid(-5, 6);

    @Test
    void shouldReadEveryKindOfChangeAsItWasWritten() throws Exception {
        List<GroupChange> changes = changesOfEveryKind();
        assertThat(changes)
                .extracting(Object::getClass)
                .containsOnly(GroupChange.class.getPermittedSubclasses())
                .hasSize(GroupChange.class.getPermittedSubclasses().length);

        List<GroupChange> read = GroupEntries.decode(entry(changes));

        assertThat(read).usingRecursiveComparison().isEqualTo(changes);
    }

    @Test
    void shouldReadEntriesOfEarlierReleases() throws Exception {
        List<GroupChange> changes = changesOfEveryKind();
        byte[] before =
                MetadataJson.encodeBare(changes.toArray(GroupChange[]::new), GroupChange[].class);

        assertThat(before[0]).isEqualTo((byte) '[');
        assertThat(GroupEntries.isEntry(before)).isTrue();
        assertThat(GroupEntries.decode(before)).usingRecursiveComparison().isEqualTo(changes);
        assertThat(GroupEntries.decode("[]".getBytes(StandardCharsets.US_ASCII))).isEmpty();
    }

    @Test
    void shouldReadAnEntryWithoutChanges() throws Exception {
        assertThat(GroupEntries.isEntry(GroupEntries.empty())).isTrue();
        assertThat(GroupEntries.decode(GroupEntries.empty())).isEmpty();
    }

    @Test
    void shouldKnowEntriesOfMetadataFromItsOwn() {
        assertThat(GroupEntries.isEntry(new byte[0])).isFalse();
        assertThat(GroupEntries.isEntry(bytes('{', '}'))).isFalse();
    }

    @Test
    void shouldReadAnyOffsetsAsTheyWereWritten() throws Exception {
        for (long seed = 1; seed <= 500; seed++) {
            OffsetsCommitted commit = anyCommit(new Random(seed));

            assertThat(GroupEntries.decode(entry(List.of(commit))))
                    .as("seed %d", seed)
                    .containsExactly(commit);
        }
    }

    @Test
    void shouldTakeLittleForACommit() {
        OffsetsCommitted commit =
                new OffsetsCommitted("g", List.of(offset("orders", ORDERS, 0, 1_000_000, "")));

        assertThat(GroupEntries.encode(commit)).hasSizeLessThan(64);
    }

    @Test
    void shouldRefuseEveryEntryThatIsCutOff() {
        byte[] whole =
                entry(
                        List.of(
                                new OffsetsCommitted(
                                        "g", List.of(offset("orders", ORDERS, 1, 300, "then")))));

        for (int length = 2; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(MetadataFormatException.class)
                    .as("%d of %d bytes", length, whole.length)
                    .isThrownBy(() -> GroupEntries.decode(part))
                    .withMessageContaining("at byte");
        }
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertRefused(bytes(2, 1, 0), "Format 2 of an entry of groups is not known here; 1 is");
        assertRefused(bytes(1, 9, 0), "Unknown kind 9 of a change of groups at byte 1");
        assertRefused(bytes(1, 2, 5, 0), "at byte 3: a change should take 5 bytes, and 1 are left");
        assertRefused(
                bytes(1, 2, 1, 3), "the group of a commit should take 3 bytes, and 0 are left");
        assertRefused(bytes(1, 2, 2, 0, 4), "a topic should take 4 bytes, and 0 are left");
        assertRefused(bytes(1, 2, 3, 0, 0, 1), "a topic id is cut off");
        assertRefused(bytes('{'), "Not an entry of groups");
        assertRefused(bytes(1, 1, 2, '[', ']'), "Not a JSON document of GroupChange");
        byte[] endless = new byte[14];
        Arrays.fill(endless, (byte) 0xFF);
        endless[0] = 1;
        endless[1] = 2;
        assertRefused(endless, "a change is a number of more than ten bytes");
    }

    @Test
    void shouldNameNumbersThatAreOutOfRange() {
        byte[] run = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        byte[] partition = {-128, -128, -128, -128, 8};
        assertRefused(offsets(run, partition), "a partition is 2147483648");
        byte[] epoch = {0, 0, -2, -1, -1, -1, 31};
        assertRefused(offsets(run, epoch), "a leader epoch is 4294967295");
        byte[] expires = {0, 0, 0, 0, 0, 7};
        assertRefused(offsets(run, expires), "whether an offset expires is 7");
    }

    /** A commit of group "" for the topic "" of id 0, in pieces. */
    private static byte[] offsets(byte[] run, byte[] offset) {
        return new BinaryWriter(64)
                .bytes(bytes(1, 2))
                .varint(run.length + offset.length)
                .bytes(run)
                .bytes(offset)
                .toBytes();
    }

    private static void assertRefused(byte[] entry, String message) {
        assertThatExceptionOfType(MetadataFormatException.class)
                .isThrownBy(() -> GroupEntries.decode(entry))
                .withMessageContaining(message);
    }

    private static byte[] entry(List<? extends GroupChange> changes) {
        return GroupEntries.join(changes.stream().map(GroupEntries::encode).toList());
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static OffsetsCommitted anyCommit(Random random) {
        List<Offset> offsets = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            boolean orders = random.nextBoolean();
            offsets.add(
                    new Offset(
                            orders ? "orders" : "Rechnungen für ü\uD83D\uDE00",
                            orders ? ORDERS : random.nextBoolean() ? BILLS : Uuid.ZERO_UUID,
                            random.nextInt() >>> (1 + random.nextInt(30)),
                            random.nextLong() >> random.nextInt(64),
                            random.nextInt() >> random.nextInt(32),
                            "x".repeat(random.nextInt(3) * 100),
                            random.nextLong() >> random.nextInt(64),
                            random.nextBoolean()
                                    ? OptionalLong.empty()
                                    : OptionalLong.of(random.nextLong())));
        }
        return new OffsetsCommitted("group-" + random.nextInt(), offsets);
    }

    private static Offset offset(
            String topic, Uuid topicId, int partition, long offset, String metadata) {
        return new Offset(
                topic,
                topicId,
                partition,
                offset,
                -1,
                metadata,
                1_790_000_000_000L,
                OptionalLong.empty());
    }

    private static List<GroupChange> changesOfEveryKind() {
        ClassicMemberState classic =
                new ClassicMemberState(
                        "m",
                        Optional.of("i"),
                        "c",
                        "/h",
                        1,
                        2,
                        Map.of("range", new byte[] {1, 2}),
                        new byte[] {3});
        ConsumerMemberState member =
                new ConsumerMemberState(
                        "m",
                        Optional.empty(),
                        Optional.of("rack"),
                        "c",
                        "/h",
                        5,
                        List.of("orders"),
                        "o.*",
                        Optional.of("uniform"),
                        7,
                        6,
                        Map.of(ORDERS, List.of(0, 1)),
                        Map.of(BILLS, List.of(2)),
                        Map.of(7, Map.of(ORDERS, List.of(0))),
                        Optional.of(classic));
        return List.of(
                new OffsetsCommitted(
                        "g",
                        List.of(
                                offset("orders", ORDERS, 0, 5, ""),
                                offset("orders", ORDERS, 1, 6, "meta"),
                                offset("bills", BILLS, 0, 7, ""))),
                new GroupChange.OffsetsRemoved("g", List.of(new TopicPartition("orders", 1))),
                new GroupChange.ClassicStored(
                        "h",
                        new ClassicGroupState(1, "consumer", "range", "m", 9, List.of(classic))),
                new GroupChange.ConsumerStored(
                        "k",
                        new ConsumerGroupState(
                                7,
                                7,
                                "uniform",
                                -1,
                                Map.of("m", Map.of(ORDERS, List.of(0, 1))),
                                8)),
                new GroupChange.ConsumerMemberStored("k", member),
                new GroupChange.ConsumerMemberRemoved("k", "n"),
                new GroupChange.MembershipRemoved("h"),
                new GroupChange.GroupRemoved("g"));
    }
}
