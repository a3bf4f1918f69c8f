package io.tidemark.gateway.group.member;

import java.util.List;
import java.util.TreeSet;

/** What a member wants to read. */
public sealed interface Subscription {

    /** Topics by name; those that do not exist yet are read once they do. */
    record Topics(List<String> names) implements Subscription {

        /**
         * @param names repeated ones count once
         */
        public Topics {
            names = List.copyOf(new TreeSet<>(names));
        }
    }

    /**
     * All topics whose whole name matches, by the coordinator's regular expressions (RE2's syntax).
     */
    record Pattern(String regex) implements Subscription {}

    /** Nothing: the member is in no group. */
    record Nothing() implements Subscription {}
}
