package io.tidemark.gateway.admin;

import io.tidemark.gateway.group.describe.GroupDescription;
import io.tidemark.gateway.group.describe.GroupListing;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Finds one page of the list of groups: by what the coordinator lists, then, where a topic is asked
 * for, by what each group reads, a stretch of groups at a time until the page is full.
 */
final class GroupsPage {

    private static final int STRETCH = 1_000;

    private final Groups groups;
    private final GroupFilter filter;
    private final Predicate<String> visible;

    GroupsPage(Groups groups, GroupFilter filter, Predicate<String> visible) {
        this.groups = groups;
        this.filter = filter;
        this.visible = visible;
    }

    /**
     * @param more whether groups follow
     */
    record Page(List<GroupDescription> groups, boolean more) {

        String last() {
            return groups.getLast().group();
        }
    }

    CompletionStage<Page> find() {
        return groups.queries()
                .list(filter.states(), filter.types())
                .thenCompose(
                        listed ->
                                fill(
                                        listed.stream()
                                                .filter(filter::matches)
                                                .map(GroupListing::group)
                                                .filter(visible)
                                                .sorted()
                                                .toList(),
                                        0,
                                        new ArrayList<>()));
    }

    private CompletionStage<Page> fill(List<String> names, int from, List<GroupDescription> found) {
        int wanted = filter.pageSize() + 1 - found.size();
        if (from == names.size() || wanted <= 0) {
            boolean more = found.size() > filter.pageSize();
            return CompletableFuture.completedFuture(
                    new Page(
                            List.copyOf(
                                    found.subList(0, Math.min(found.size(), filter.pageSize()))),
                            more));
        }
        int size = filter.topic() == null ? Math.min(wanted, STRETCH) : STRETCH;
        int to = Math.min(names.size(), from + size);
        return described(names.subList(from, to))
                .thenCompose(
                        some -> {
                            found.addAll(some);
                            return fill(names, to, found);
                        });
    }

    /** Those that are there, and read the topic where one is asked for. */
    private CompletionStage<List<GroupDescription>> described(List<String> names) {
        TopicImage topic = filter.topic();
        CompletionStage<Set<String>> committed =
                topic == null
                        ? CompletableFuture.completedFuture(Set.of())
                        : groups.committed().havingCommitted(names, topic);
        return groups.queries()
                .describe(names)
                .thenCombine(
                        committed,
                        (all, having) ->
                                all.values().stream()
                                        .filter(
                                                group ->
                                                        topic == null
                                                                || having.contains(group.group())
                                                                || group.reads(topic.name()))
                                        .toList());
    }
}
