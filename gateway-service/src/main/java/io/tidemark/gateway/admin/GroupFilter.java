package io.tidemark.gateway.admin;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.describe.GroupListing;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.util.UriUtils;

/**
 * Which groups a list has, and how many on a page.
 *
 * @param states as Kafka names them; empty for all
 * @param types {@code classic}, {@code consumer}; empty for all
 * @param topic null for any
 * @param token the page begins after this name
 */
record GroupFilter(
        List<String> states,
        List<String> types,
        String prefix,
        String contains,
        @Nullable TopicImage topic,
        int pageSize,
        String token) {

    private static final int DEFAULT_PAGE_SIZE = 500;
    private static final int MAX_PAGE_SIZE = 10_000;
    private static final Map<String, String> STATES =
            Map.of(
                    "UNKNOWN", "Unknown",
                    "PREPARING_REBALANCE", "PreparingRebalance",
                    "COMPLETING_REBALANCE", "CompletingRebalance",
                    "STABLE", "Stable",
                    "DEAD", "Dead",
                    "EMPTY", "Empty",
                    "ASSIGNING", "Assigning",
                    "RECONCILING", "Reconciling");

    static GroupFilter of(ServerRequest request, ClusterImage image) {
        MultiValueMap<String, String> query = request.queryParams();
        String topic = query.getFirst("topic");
        return new GroupFilter(
                named("state", query.getFirst("state"), STATES),
                named(
                        "type",
                        query.getFirst("type"),
                        Map.of("CLASSIC", "classic", "CONSUMER", "consumer")),
                text(query.getFirst("prefix")),
                text(query.getFirst("contains")),
                topic == null
                        ? null
                        : image.topic(topic)
                                .orElseThrow(() -> ApiError.topicNotFound(topic).exception()),
                pageSize(query.getFirst("page_size")),
                text(query.getFirst("page_token")));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static List<String> named(
            String parameter, @Nullable String text, Map<String, String> known) {
        List<String> names = new ArrayList<>();
        for (String each : text == null ? new String[0] : text.split(",", -1)) {
            String name = known.get(each.strip().toUpperCase(Locale.ROOT));
            if (name == null) {
                throw ApiError.badRequest(
                                "%s: '%s' is not one of %s."
                                        .formatted(
                                                parameter,
                                                each,
                                                String.join(
                                                        ", ",
                                                        known.keySet().stream().sorted().toList())))
                        .exception();
            }
            names.add(name);
        }
        return names;
    }

    private static int pageSize(@Nullable String text) {
        if (text == null) {
            return DEFAULT_PAGE_SIZE;
        }
        if (!text.matches("\\d{1,5}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > MAX_PAGE_SIZE) {
            throw ApiError.badRequest(
                            "page_size must be between 1 and %d.".formatted(MAX_PAGE_SIZE))
                    .exception();
        }
        return Integer.parseInt(text);
    }

    /** Whether a group may be on the page, as far as its name, state and type tell. */
    boolean matches(GroupListing group) {
        return group.group().compareTo(token) > 0
                && group.group().startsWith(prefix)
                && group.group().contains(contains)
                && (states.isEmpty() || states.contains(group.state()))
                && (types.isEmpty() || types.contains(group.type().toLowerCase(Locale.ROOT)));
    }

    /** The query of the page after a name. */
    String after(String last) {
        StringBuilder query = new StringBuilder("page_size=").append(pageSize);
        add(query, "state", String.join(",", states.stream().map(V3Groups::stateName).toList()));
        add(query, "type", String.join(",", types).toUpperCase(Locale.ROOT));
        add(query, "prefix", prefix);
        add(query, "contains", contains);
        add(query, "topic", topic == null ? "" : topic.name());
        add(query, "page_token", last);
        return query.toString();
    }

    private static void add(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append('&').append(name).append('=').append(UriUtils.encode(value, "UTF-8"));
        }
    }
}
