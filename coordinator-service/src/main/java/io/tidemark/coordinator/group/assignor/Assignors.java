package io.tidemark.coordinator.group.assignor;

import java.util.List;
import java.util.Optional;

/** The assignors there are. */
public final class Assignors {
    private static final List<Assignor> ALL = List.of(new UniformAssignor(), new RangeAssignor());

    private Assignors() {}

    /** Where no member asks for another. */
    public static Assignor preferred() {
        return ALL.getFirst();
    }

    /** The assignor of that name; empty where there is none. */
    public static Optional<Assignor> byName(String name) {
        return ALL.stream().filter(assignor -> assignor.name().equals(name)).findFirst();
    }

    /** All names, the preferred first. */
    public static List<String> names() {
        return ALL.stream().map(Assignor::name).toList();
    }
}
