/**
 * Three nodes, three coordinators and gateways as separate processes: what clients see when any of
 * them goes, and what the cluster says on bad days.
 */
@NullMarked
package io.tidemark.systemtest.cluster;

import org.jspecify.annotations.NullMarked;
