package io.tidemark.gateway.api;

import java.util.List;

/** Contributes routes to the table: every bean of this type is asked once, at the start. */
@FunctionalInterface
public interface RouteGroup {

    List<Route> routes();
}
