package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Something that a body says twice is not said: neither the first nor the last one wins. */
class TwiceIT extends RunningGateway {

    private static final String V3 = "/v3/clusters/cluster-1/topics";
    private static final String CONFIG = "{\"name\":\"retention.ms\",\"value\":\"%d\"}";
    private static final String TWO = CONFIG.formatted(1) + "," + CONFIG.formatted(2);

    @Test
    void shouldRefuseASettingThatComesTwice() throws Exception {
        for (Map.Entry<String, String> each :
                Map.of(
                                V3,
                                "{\"topic_name\":\"new\",\"configs\":[" + TWO + "]}",
                                V3 + "/orders/configs:alter",
                                "{\"data\":[" + TWO + "]}",
                                V3 + "/-/configs:alter",
                                "{\"data\":[{\"topic_name\":\"orders\",\"configs\":["
                                        + TWO
                                        + "]}]}",
                                "/v3/clusters/cluster-1/broker-configs:alter",
                                "{\"data\":[" + TWO + "]}")
                        .entrySet()) {
            Reply reply = post(each.getKey(), "application/json", each.getValue());
            assertError(reply, 422, 42206);
            assertThat(reply.body()).as(each.getKey()).contains("retention.ms", "twice");
        }
        String unset =
                "{\"topic_name\":\"new\",\"configs\":[{\"name\":\"flush\"},{\"name\":\"flush\",\"value\":\"os\"}]}";
        assertError(post(V3, "application/json", unset), 422, 42206);
    }

    @Test
    void shouldRefuseAPropertyThatComesTwiceWhereverRecordsAreProduced() throws Exception {
        for (Map.Entry<String, String> each :
                Map.of(
                                "/topics/orders",
                                "{\"records\":[{\"value\":1,\"value\":2}]}",
                                "/topics/orders/partitions/0",
                                "{\"records\":[{\"value\":1}],\"records\":[]}",
                                V3 + "/orders/records:batch",
                                "{\"entries\":[],\"entries\":[{\"id\":\"1\"}]}")
                        .entrySet()) {
            Reply reply = post(each.getKey(), JSON, each.getValue());
            assertError(reply, 422, 42206);
            assertThat(reply.body()).contains("comes twice");
        }
        for (Reply reply :
                List.of(
                        post(
                                "/topics/orders/events",
                                "application/x-ndjson",
                                "{\"key\":1,\"key\":2}"),
                        post(
                                V3 + "/orders/records",
                                "application/json",
                                "{\"key\":null,\"key\":null}"),
                        post(
                                V3 + "/orders/records:batch",
                                "application/json",
                                "{\"entries\":[{\"id\":\"1\",\"key\":null,\"key\":null}]}"))) {
            assertThat(reply.body()).contains("42206", "key comes twice");
        }
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldRefuseAnAcknowledgementThatSaysTwoThings() throws Exception {
        String one = "{\"topic\":\"orders\",\"partition\":0,\"offset\":%d}";
        String offsets = "{\"member_id\":\"m\",\"offsets\":[%s]}";
        String both = offsets.formatted(one.formatted(1) + "," + one.formatted(2));
        assertError(post("/groups/g/offsets", "application/json", both), 422, 42206);
        String more = offsets.formatted(one.formatted(1).replace("}", ",\"metadata\":\"x\"}"));
        assertError(post("/groups/g/offsets", "application/json", more), 422, 42206);
        String twice =
                offsets.formatted(one.formatted(1)).replaceFirst("\\{", "{\"member_id\":\"n\",");
        assertError(post("/groups/g/offsets", "application/json", twice), 400, 400);
    }
}
