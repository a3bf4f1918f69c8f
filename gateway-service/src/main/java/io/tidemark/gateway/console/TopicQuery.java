package io.tidemark.gateway.console;

import io.tidemark.gateway.error.ApiError;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import org.springframework.util.MultiValueMap;

/**
 * Which topics, in which order, and which part of them.
 *
 * @param search what a name must contain, in any case; empty for all
 * @param offset how many to pass over
 * @param limit at most so many, 1 to 1000
 * @param internal whether topics of the cluster's own are among them
 * @param names only these; empty for all
 */
record TopicQuery(
        String search,
        Order order,
        boolean descending,
        int offset,
        int limit,
        boolean internal,
        boolean onlyUnwell,
        Set<String> names) {

    private static final int MOST = 1_000;

    /** By what; equal ones by name. */
    enum Order {
        NAME(Comparator.comparing(TopicRow::name)),
        PARTITIONS(Comparator.comparingInt(TopicRow::partitions)),
        REPLICATION(Comparator.comparingInt(TopicRow::replicationFactor)),
        UNWELL(Comparator.comparingInt(TopicRow::unwell));

        private final Comparator<TopicRow> by;

        Order(Comparator<TopicRow> by) {
            this.by = by;
        }
    }

    /** Fails with 400 where a parameter cannot be understood. */
    static TopicQuery of(MultiValueMap<String, String> query) {
        String sort = first(query, "sort", "name");
        boolean descending = sort.startsWith("-");
        return new TopicQuery(
                first(query, "search", "").toLowerCase(Locale.ROOT),
                order(descending ? sort.substring(1) : sort),
                descending,
                number(query, "offset", 0, 0, Integer.MAX_VALUE),
                number(query, "limit", 100, 1, MOST),
                bool(query, "internal"),
                bool(query, "unwell"),
                names(query));
    }

    Comparator<TopicRow> comparator() {
        Comparator<TopicRow> by = descending ? order.by.reversed() : order.by;
        return by.thenComparing(TopicRow::name);
    }

    boolean takes(TopicRow row) {
        return row.name().toLowerCase(Locale.ROOT).contains(search)
                && (!onlyUnwell || row.underReplicated() > 0)
                && (names.isEmpty() || names.contains(row.name()));
    }

    private static Set<String> names(MultiValueMap<String, String> query) {
        String text = query.getFirst("names");
        return text == null ? Set.of() : Set.copyOf(Arrays.asList(text.split(",", -1)));
    }

    private static Order order(String text) {
        for (Order order : Order.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(text)) {
                return order;
            }
        }
        throw ApiError.badRequest(
                        "sort must be name, partitions, replication or unwell, perhaps with a '-'"
                                + " before it; it is '"
                                + text
                                + "'.")
                .exception();
    }

    private static String first(MultiValueMap<String, String> query, String name, String missing) {
        String value = query.getFirst(name);
        return value == null ? missing : value.strip();
    }

    private static boolean bool(MultiValueMap<String, String> query, String name) {
        String text = first(query, name, "false");
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw ApiError.badRequest(name + " must be true or false; it is '" + text + "'.")
                .exception();
    }

    private static int number(
            MultiValueMap<String, String> query, String name, int missing, int least, int most) {
        String text = first(query, name, Integer.toString(missing));
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw ApiError.badRequest(
                        "%s must be between %d and %d; it is '%s'."
                                .formatted(name, least, most, text))
                .exception();
    }
}
