package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the admin UI asks beyond v2 and v3. */
class ConsoleIT extends RunningGateway {

    @Test
    void shouldListTopicsByName() throws Exception {
        JsonNode page = get("/admin/topics?search=RDE&limit=1").json();
        assertThat(page.get("matched").asInt()).isEqualTo(1);
        JsonNode topic = page.get("topics").get(0);
        assertThat(topic.get("name").asString()).isEqualTo("orders");
        assertThat(topic.get("partitions").asInt()).isEqualTo(4);
        assertThat(topic.get("under_replicated").asInt()).isZero();
        assertThat(topic.get("cleanup_policy").asString()).isEqualTo("delete");

        assertThat(get("/admin/topics?search=nothing").json().get("matched").asInt()).isZero();
        assertThat(get("/admin/topics?offset=1000").json().get("topics").isEmpty()).isTrue();
        assertThat(get("/admin/topics?names=orders,x").json().get("matched").asInt()).isEqualTo(1);
        assertThat(get("/admin/topics?unwell=true").json().get("matched").asInt()).isZero();
    }

    @Test
    void shouldSayWhatIsWrongWithAQuery() throws Exception {
        Reply sort = send("GET", "/admin/topics?sort=size", "", "");
        assertError(sort, 400, 40002);
        assertThat(sort.json().get("message").asString()).contains("'size'");
        assertError(send("GET", "/admin/topics?limit=0", "", ""), 400, 40002);
        assertError(send("GET", "/admin/topics?unwell=perhaps", "", ""), 400, 40002);
        assertError(send("GET", "/admin/topics/offsets", "", ""), 400, 40002);
        assertError(send("GET", "/admin/topics/nope/partitions", "", ""), 404, 40401);
        assertError(send("GET", "/admin/brokers/x/log-dirs", "", ""), 400, 40002);
        assertError(send("GET", "/admin/brokers/99/log-dirs", "", ""), 404, 404);
    }

    @Test
    void shouldDescribeTheClusterEvenWithoutACoordinator() throws Exception {
        JsonNode overview = get("/admin/overview").json();
        assertThat(overview.get("cluster_id").asString()).isEqualTo("cluster-1");
        assertThat(overview.get("nodes").get(0).get("leaders").asInt()).isPositive();
        assertThat(overview.get("quorum").isNull()).isEqualTo(overview.has("quorum_error"));
        assertThat(overview.get("well").asInt()).isEqualTo(overview.get("partitions").asInt());
        JsonNode redundancy = overview.get("redundancy");
        assertThat(redundancy.get("default_replication_factor").asInt()).isEqualTo(1);
        assertThat(redundancy.get("single_replica_topics").asInt())
                .isEqualTo(overview.get("topics").asInt());
        assertThat(redundancy.get("single_replica_names")).isNotEmpty();
    }

    @Test
    void shouldTellWhatNodesSayOfThemselves() throws Exception {
        JsonNode vitals = get("/admin/overview").json().get("nodes").get(0).get("vitals");
        assertThat(vitals.get("clock_ahead_ms").asLong()).isEqualTo(-7_000);
        assertThat(vitals.get("heard_ms_ago").asLong()).isEqualTo(40);
        JsonNode slow = vitals.get("slow_log_dirs").get(0);
        assertThat(slow.get("path").asString()).isEqualTo("/data");
        assertThat(slow.get("sync_ms").asLong()).isEqualTo(1_900);
        assertThat(vitals.get("damaged_partitions").asInt()).isEqualTo(1);
        assertThat(vitals.get("damaged").get(0).get("topic").asString()).isEqualTo("orders");
        assertThat(vitals.get("damaged").get(0).get("partition").asInt()).isEqualTo(3);
        assertThat(vitals.get("mended_places").asInt()).isEqualTo(2);
    }

    @Test
    void shouldTellOfSnapshotsAndFormerLeaders() throws Exception {
        JsonNode quorum = get("/admin/overview").json().get("quorum");
        JsonNode first = quorum.get("members").get(0);
        assertThat(first.get("answers").asBoolean()).isTrue();
        assertThat(first.get("snapshot").get("index").asInt()).isEqualTo(100);
        assertThat(first.get("snapshot").get("taken_at_ms").asInt()).isEqualTo(5_000);
        assertThat(first.get("snapshot").get("size_bytes").asInt()).isEqualTo(2_048);
        JsonNode second = quorum.get("members").get(1);
        assertThat(second.get("answers").asBoolean()).isFalse();
        assertThat(second.get("snapshot").isNull()).isTrue();
        assertThat(quorum.get("leaders").get(0).get("id").asString()).isEqualTo("1");
        assertThat(quorum.get("leaders").get(1).get("epoch").asInt()).isEqualTo(3);
    }

    @Test
    void shouldSendBrowsersToTheUiThatSaysHowItIsBuilt() throws Exception {
        Reply page = send("GET", "/ui/", "", "", "Accept", "text/html");
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.body()).contains("./tidemark build");
        assertError(send("GET", "/ui/assets/x.js", "", ""), 404, 404);
    }
}
