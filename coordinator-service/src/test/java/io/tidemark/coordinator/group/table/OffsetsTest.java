package io.tidemark.coordinator.group.table;

import static io.tidemark.coordinator.group.table.GroupsFixture.CLIENT;
import static io.tidemark.coordinator.group.table.GroupsFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicStored;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OffsetsTest {
    private static final long RETENTION_MS = GroupSettings.DEFAULTS.offsetsRetentionMs();
    private static final long CHECK_MS = GroupSettings.DEFAULTS.offsetsCheckMs();

    private final GroupsFixture fixture = new GroupsFixture();
    private Uuid orders = Uuid.ZERO_UUID;

    @BeforeEach
    void createTopics() {
        orders = fixture.createTopic("orders", 2);
        fixture.createTopic("bills", 1);
    }

    @Test
    void shouldCommitAndFetchWithoutMembers() {
        assertThat(fixture.commit("g", "orders", 1, 42)).isEqualTo(ErrorCode.NONE);

        OffsetFetchResponsePartitions found = fetch("g", "orders", 1);
        assertThat(found.committedOffset()).isEqualTo(42);
        assertThat(found.committedLeaderEpoch()).isEqualTo(3);
        assertThat(found.metadata()).isEqualTo("note");
        assertThat(fetch("g", "orders", 0).committedOffset()).isEqualTo(-1);
        assertThat(fetch("other", "orders", 0).committedOffset()).isEqualTo(-1);
    }

    @Test
    void shouldAnswerACommitOnlyOnceItIsDurable() {
        fixture.log.held = true;

        CompletionStage<OffsetCommitResponseData> commit =
                fixture.groups.offsets().commit(CLIENT, GroupsFixture.request("g", "orders", 0, 5));
        CompletionStage<OffsetFetchResponseData> fetch =
                fixture.groups.offsets().fetch(CLIENT, fetchRequest("g", "orders", 0));
        assertThat(commit.toCompletableFuture()).isNotDone();
        assertThat(fetch.toCompletableFuture()).isNotDone();

        fixture.log.release();
        assertThat(error(now(commit))).isEqualTo(ErrorCode.NONE);
        assertThat(partition(now(fetch)).committedOffset()).isEqualTo(5);
    }

    @Test
    void shouldRefuseWhatMayNotBeDurable() {
        fixture.log.held = true;
        CompletionStage<OffsetCommitResponseData> commit =
                fixture.groups.offsets().commit(CLIENT, GroupsFixture.request("g", "orders", 0, 5));
        CompletionStage<OffsetFetchResponseData> fetch =
                fixture.groups.offsets().fetch(CLIENT, fetchRequest("g", "orders", 0));

        fixture.log.fail();

        assertThat(error(now(commit))).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(now(fetch).groups().getFirst().errorCode())
                .isEqualTo(ErrorCode.NOT_COORDINATOR.number());
    }

    @Test
    void shouldKeepOffsetsForTheNextCoordinator() {
        fixture.commit("g", "orders", 0, 5);
        fixture.commit("g", "orders", 0, 6);
        fixture.commit("h", "bills", 0, 7);

        fixture.groups.close(ErrorCode.NOT_COORDINATOR);
        fixture.groups = fixture.start();

        assertThat(fixture.offsets("g")).containsExactly("orders-0=6");
        assertThat(fixture.offsets("h")).containsExactly("bills-0=7");
    }

    @Test
    void shouldForgetWhatTheLogRefuses() {
        fixture.commit("g", "orders", 0, 5);
        fixture.log.refuses = true;

        assertThat(fixture.commit("g", "orders", 0, 6))
                .isEqualTo(ErrorCode.INVALID_COMMIT_OFFSET_SIZE);
        assertThat(
                        now(fixture.groups
                                        .admin()
                                        .delete(
                                                new DeleteGroupsRequestData()
                                                        .setGroupsNames(List.of("g"))))
                                .results()
                                .find("g")
                                .errorCode())
                .isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED.number());

        fixture.log.refuses = false;
        assertThat(fixture.offsets("g")).containsExactly("orders-0=5");
    }

    @Test
    void shouldNameWhatIsWrongWithACommit() {
        assertThat(fixture.commit("g", "nothing", 0, 5))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(fixture.commit("g", "orders", 2, 5))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(fixture.commit("g", "orders", -1, 5))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(fixture.commit("g", "orders", 0, -1)).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);

        OffsetCommitRequestData wordy = GroupsFixture.request("g", "orders", 0, 5);
        wordy.topics().getFirst().partitions().getFirst().setCommittedMetadata("ä".repeat(2_049));
        assertThat(fixture.commit(CLIENT, wordy)).isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE);
        wordy.topics().getFirst().partitions().getFirst().setCommittedMetadata("ä".repeat(2_048));
        assertThat(fixture.commit(CLIENT, wordy)).isEqualTo(ErrorCode.NONE);

        OffsetCommitRequestData byId = GroupsFixture.request("g", "", 0, 5);
        byId.topics().getFirst().setTopicId(new Uuid(1, 2));
        assertThat(fixture.commit(CLIENT, byId)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
    }

    @Test
    void shouldCommitVeryManyPartitionsAtOnce() {
        fixture.createTopic("wide", 1_050);
        OffsetCommitRequestData request = GroupsFixture.request("g", "wide", 0, 5);
        List<OffsetCommitRequestPartition> partitions = new ArrayList<>();
        for (int i = 0; i < 1_050; i++) {
            partitions.add(
                    new OffsetCommitRequestPartition().setPartitionIndex(i).setCommittedOffset(i));
        }
        request.topics().getFirst().setPartitions(partitions);

        assertThat(fixture.commit(CLIENT, request)).isEqualTo(ErrorCode.NONE);

        fixture.groups = fixture.start();
        assertThat(fixture.offsets("g")).hasSize(1_050).contains("wide-1049=1049");
    }

    @Test
    void shouldRefuseAGenerationOfNoGroup() {
        OffsetCommitRequestData request =
                GroupsFixture.request("g", "orders", 0, 5)
                        .setGenerationIdOrMemberEpoch(1)
                        .setMemberId("m");

        assertThat(fixture.commit(CLIENT, request)).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(fixture.commit(new Caller("c", "/h", (short) 8), request))
                .isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        fixture.commit("g", "orders", 0, 1);
        assertThat(fixture.commit(CLIENT, request)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(fixture.offsets("g")).containsExactly("orders-0=1");
    }

    @Test
    void shouldAskTheMembershipWhoMayCommitAndFetch() {
        fixture.groups.members().join(CLIENT, new JoinGroupRequestData().setGroupId("g"));

        assertThat(fixture.commit("g", "orders", 0, 5)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(
                        fixture.commit(
                                CLIENT,
                                GroupsFixture.request("g", "orders", 0, 5).setMemberId("client")))
                .isEqualTo(ErrorCode.NONE);
        OffsetFetchRequestData stale = fetchRequest("g", "orders", 0);
        stale.groups().getFirst().setMemberId("client").setMemberEpoch(2);
        assertThat(
                        now(fixture.groups.offsets().fetch(CLIENT, stale))
                                .groups()
                                .getFirst()
                                .errorCode())
                .isEqualTo(ErrorCode.STALE_MEMBER_EPOCH.number());
    }

    @Test
    void shouldSpeakOfTopicsByTheirIds() {
        OffsetCommitRequestData byId = GroupsFixture.request("g", "", 0, 5);
        byId.topics().getFirst().setTopicId(orders);
        OffsetCommitResponseData committed = now(fixture.groups.offsets().commit(CLIENT, byId));
        assertThat(committed.topics().getFirst().topicId()).isEqualTo(orders);
        assertThat(error(committed)).isEqualTo(ErrorCode.NONE);

        OffsetFetchRequestData request = fetchRequest("g", "", 0);
        request.groups().getFirst().topics().getFirst().setTopicId(orders);
        assertThat(
                        partition(now(fixture.groups.offsets().fetch(CLIENT, request)))
                                .committedOffset())
                .isEqualTo(5);
        request.groups().getFirst().topics().getFirst().setTopicId(new Uuid(1, 2));
        assertThat(partition(now(fixture.groups.offsets().fetch(CLIENT, request))).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.number());
    }

    @Test
    void shouldAnswerOlderFetchesInTheirShape() {
        fixture.commit("g", "orders", 0, 5);
        OffsetFetchRequestData request =
                new OffsetFetchRequestData()
                        .setGroupId("g")
                        .setTopics(
                                List.of(
                                        new OffsetFetchRequestTopic()
                                                .setName("orders")
                                                .setPartitionIndexes(List.of(0))));
        for (short version = 1; version < 8; version++) {
            OffsetFetchResponseData response =
                    now(fixture.groups.offsets().fetch(new Caller("c", "/h", version), request));
            assertThat(response.groups()).isEmpty();
            assertThat(response.topics().getFirst().partitions().getFirst().committedOffset())
                    .isEqualTo(5);
        }
        request.setTopics(null);
        assertThat(
                        now(fixture.groups
                                        .offsets()
                                        .fetch(new Caller("c", "/h", (short) 7), request))
                                .topics())
                .hasSize(1);
    }

    @Test
    void shouldForgetOffsetsOfDeletedTopics() {
        fixture.commit("g", "orders", 0, 5);
        fixture.commit("g", "bills", 0, 6);

        fixture.deleteTopic("orders");
        fixture.createTopic("orders", 2);

        assertThat(fixture.offsets("g")).containsExactly("bills-0=6");
        fixture.groups = fixture.start();
        assertThat(fixture.offsets("g")).containsExactly("bills-0=6");
    }

    @Test
    void shouldForgetTopicsThatWereDeletedWhileNobodyLed() {
        fixture.commit("g", "orders", 0, 5);
        fixture.groups.close(ErrorCode.NOT_COORDINATOR);
        fixture.deleteTopic("orders");
        fixture.createTopic("orders", 2);

        fixture.groups = fixture.start();

        assertThat(fetch("g", "orders", 0).committedOffset()).isEqualTo(-1);
    }

    @Test
    void shouldExpireOffsetsOfGroupsWithoutMembers() {
        fixture.commit("g", "orders", 0, 5);
        fixture.time.pass(RETENTION_MS / 2);
        fixture.commit("g", "orders", 1, 6);

        fixture.time.pass(RETENTION_MS / 2 + CHECK_MS);
        assertThat(fixture.offsets("g")).containsExactly("orders-1=6");

        fixture.time.pass(RETENTION_MS / 2 + CHECK_MS);
        assertThat(fixture.offsets("g")).isEmpty();
        assertThat(fixture.stored.size()).as("the group is gone with its offsets").isZero();
    }

    @Test
    void shouldExpireOffsetsWhenTheirCommitHasSaid() {
        Caller v2 = new Caller("old", "/h", (short) 2);
        OffsetCommitRequestData brief = GroupsFixture.request("g", "orders", 0, 5);
        OffsetCommitRequestData lasting = GroupsFixture.request("g", "orders", 1, 6);
        OffsetCommitRequestData endless = GroupsFixture.request("g", "bills", 0, 7);
        fixture.commit(v2, brief.setRetentionTimeMs(CHECK_MS * 3 / 2));
        fixture.commit(v2, lasting.setRetentionTimeMs(RETENTION_MS * 2));
        fixture.commit(v2, endless.setRetentionTimeMs(Long.MAX_VALUE));

        fixture.time.pass(CHECK_MS);
        assertThat(fixture.offsets("g")).hasSize(3);
        fixture.groups.close(ErrorCode.NOT_COORDINATOR);
        fixture.groups = fixture.start();
        fixture.time.pass(CHECK_MS);
        assertThat(fixture.offsets("g")).containsExactlyInAnyOrder("orders-1=6", "bills-0=7");

        fixture.time.pass(RETENTION_MS + CHECK_MS);
        assertThat(fixture.offsets("g")).hasSize(2);
        fixture.time.pass(RETENTION_MS);
        assertThat(fixture.offsets("g")).containsExactly("bills-0=7");
    }

    @Test
    void shouldReadOffsetsOfLogsThatNameNoExpiry() throws Exception {
        GroupChange read =
                GroupEntries.decode(
                                """
                                [{"type":"offsets","group":"g","offsets":[{"topic":"orders",\
                                "topicId":"AAAAAAAAAAAAAAAAAAAAAA","partition":0,"offset":7,\
                                "leaderEpoch":-1,"metadata":"","commitMs":5}]}]"""
                                        .getBytes(StandardCharsets.UTF_8))
                        .getFirst();

        assertThat(((GroupChange.OffsetsCommitted) read).offsets().getFirst().expireMs()).isEmpty();
    }

    @Test
    void shouldKeepWhatMembersConsumeLongerThanItsCommitHasSaid() {
        fixture.groups.members().join(CLIENT, new JoinGroupRequestData().setGroupId("g"));
        HeldMembership members = fixture.classic.made.getFirst();
        members.topics.add("orders");
        OffsetCommitRequestData request =
                GroupsFixture.request("g", "orders", 0, 5).setMemberId("client");
        fixture.commit(new Caller("old", "/h", (short) 2), request.setRetentionTimeMs(1));

        fixture.time.pass(2 * CHECK_MS);
        assertThat(fixture.offsets("g")).containsExactly("orders-0=5");
        members.topics.clear();
        fixture.time.pass(CHECK_MS);
        assertThat(fixture.offsets("g")).isEmpty();
    }

    @Test
    void shouldKeepOffsetsThatMembersConsume() {
        fixture.groups.members().join(CLIENT, new JoinGroupRequestData().setGroupId("g"));
        HeldMembership members = fixture.classic.made.getFirst();
        members.topics.add("orders");
        for (String topic : List.of("orders", "bills")) {
            fixture.commit(CLIENT, GroupsFixture.request("g", topic, 0, 5).setMemberId("client"));
        }
        fixture.time.pass(RETENTION_MS + CHECK_MS);
        assertThat(fixture.offsets("g")).containsExactly("orders-0=5");

        // When the last member leaves, the time begins
        members.members.clear();
        members.sinceMs = fixture.time.wallMs();
        fixture.time.pass(RETENTION_MS - CHECK_MS);
        assertThat(fixture.offsets("g")).containsExactly("orders-0=5");
        fixture.time.pass(3 * CHECK_MS);
        assertThat(fixture.offsets("g")).isEmpty();
        assertThat(members.closed).isNotNull();
    }

    @Test
    void shouldDeleteOffsetsThatNobodyConsumes() {
        fixture.commit("g", "orders", 0, 5);
        fixture.commit("g", "bills", 0, 6);
        assertThat(now(fixture.groups.offsets().delete(deletion("h", "orders"))).errorCode())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.number());

        assertThat(deleted("g", "orders")).isEqualTo(ErrorCode.NONE);
        assertThat(deleted("g", "nothing")).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(fixture.offsets("g")).containsExactly("bills-0=6");

        fixture.groups.members().join(CLIENT, new JoinGroupRequestData().setGroupId("g"));
        fixture.classic.made.getFirst().topics.add("bills");
        assertThat(deleted("g", "bills")).isEqualTo(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
        assertThat(fixture.offsets("g")).containsExactly("bills-0=6");
    }

    @Test
    void shouldKeepOffsetsThroughAChangeOfProtocol() {
        fixture.commit("g", "orders", 0, 5);
        fixture.stored.apply(
                List.of(
                        new ClassicStored(
                                "g",
                                new ClassicGroupState(1, "consumer", "range", "", 0, List.of()))));
        fixture.groups = fixture.start();

        fixture.classic
                .made
                .getFirst()
                .host
                .becomeClassic(new ClassicGroupState(2, "consumer", "range", "", 0, List.of()));

        assertThat(fixture.offsets("g")).containsExactly("orders-0=5");
        fixture.groups = fixture.start();
        assertThat(fixture.offsets("g")).containsExactly("orders-0=5");
    }

    private OffsetFetchResponsePartitions fetch(String group, String topic, int partition) {
        OffsetFetchResponseGroup answer =
                now(fixture.groups.offsets().fetch(CLIENT, fetchRequest(group, topic, partition)))
                        .groups()
                        .getFirst();
        return answer.topics().getFirst().partitions().getFirst();
    }

    private static OffsetFetchResponsePartitions partition(OffsetFetchResponseData response) {
        return response.groups().getFirst().topics().getFirst().partitions().getFirst();
    }

    private static OffsetFetchRequestData fetchRequest(String group, String topic, int partition) {
        return new OffsetFetchRequestData()
                .setGroups(
                        List.of(
                                new OffsetFetchRequestGroup()
                                        .setGroupId(group)
                                        .setTopics(
                                                List.of(
                                                        new OffsetFetchRequestTopics()
                                                                .setName(topic)
                                                                .setPartitionIndexes(
                                                                        List.of(partition))))));
    }

    private static ErrorCode error(OffsetCommitResponseData response) {
        return ErrorCode.of(response.topics().getFirst().partitions().getFirst().errorCode());
    }

    private ErrorCode deleted(String group, String topic) {
        OffsetDeleteResponseData response =
                now(fixture.groups.offsets().delete(deletion(group, topic)));
        return ErrorCode.of(response.topics().find(topic).partitions().find(0).errorCode());
    }

    private static OffsetDeleteRequestData deletion(String group, String topic) {
        OffsetDeleteRequestTopicCollection topics = new OffsetDeleteRequestTopicCollection();
        topics.add(
                new OffsetDeleteRequestTopic()
                        .setName(topic)
                        .setPartitions(
                                List.of(new OffsetDeleteRequestPartition().setPartitionIndex(0))));
        return new OffsetDeleteRequestData().setGroupId(group).setTopics(topics);
    }
}
