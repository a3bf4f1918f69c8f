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
    }

    @Test
    void shouldSendBrowsersToTheUiThatSaysHowItIsBuilt() throws Exception {
        Reply page = send("GET", "/ui/", "", "", "Accept", "text/html");
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.body()).contains("./tidemark build");
        assertError(send("GET", "/ui/assets/x.js", "", ""), 404, 404);
    }
}
