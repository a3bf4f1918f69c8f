package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.metadata.MetadataState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** Entries and snapshots of groups, as this and earlier releases wrote them. */
class MetadataReplicaTest {
    private static final String OF_EARLIER_RELEASES =
            """
            [{"type":"offsets","group":"g","offsets":[{"topic":"orders",\
            "topicId":"AAAAAAAAAAAAAAAAAAAAAA","partition":0,"offset":7,\
            "leaderEpoch":-1,"metadata":"","commitMs":5}]}]""";

    private final GroupStates groups = new GroupStates();
    private final MetadataReplica replica = replicaOf(groups);

    @Test
    void shouldGoOnWithTheLogOfAnEarlierRelease() throws Exception {
        replica.apply(1, OF_EARLIER_RELEASES.getBytes(StandardCharsets.UTF_8));
        replica.apply(2, GroupEntries.join(List.of(GroupEntries.encode(commit(1, 8)))));
        replica.apply(3, GroupEntries.empty());

        assertThat(offsets(groups)).containsExactly(7L, 8L);

        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        replica.writeSnapshot(snapshot);
        GroupStates restored = new GroupStates();
        replicaOf(restored).readSnapshot(new ByteArrayInputStream(snapshot.toByteArray()));
        assertThat(restored.stateHash()).isEqualTo(groups.stateHash());
    }

    @Test
    void shouldStopAtAnEntryThatItCannotReadAndNameIt() {
        byte[] newer = {2, 0, 0};

        assertThatIllegalStateException()
                .isThrownBy(() -> replica.apply(17, newer))
                .withMessageContaining("17")
                .havingCause()
                .withMessageContaining("Format 2");
    }

    private static MetadataReplica replicaOf(GroupStates groups) {
        return new MetadataReplica(
                new MetadataState(), groups, new MetadataFeed(), leadership -> {});
    }

    private static List<Long> offsets(GroupStates groups) {
        return groups.commits(10).getFirst().offsets().stream()
                .map(GroupChange.Offset::offset)
                .toList();
    }

    private static GroupChange commit(int partition, long offset) {
        return new GroupChange.OffsetsCommitted(
                "g",
                List.of(
                        new GroupChange.Offset(
                                "orders",
                                Uuid.ZERO_UUID,
                                partition,
                                offset,
                                -1,
                                "",
                                5,
                                OptionalLong.empty())));
    }
}
