/**
 * Groups: who is a member, who consumes what, and how far. Pure: driven by calls with injected
 * time, timers, entropy and a log for what must last; everything here belongs to one thread, the
 * groups'.
 *
 * <p>{@link io.tidemark.coordinator.group.GroupChange} is what can change for good, {@link
 * io.tidemark.coordinator.group.GroupStates} what has, {@link
 * io.tidemark.coordinator.group.GroupRuntime} how. Everything else of a group is known to the
 * leader alone and made anew from the state by the next one: sessions, timers, requests that wait,
 * a rebalance under way, a batch of heartbeats.
 *
 * <p>What somebody adds for another type of group, or for transactional ids:
 *
 * <ul>
 *   <li>its changes, as records of {@code GroupChange}, and what each does to a state, in {@code
 *       GroupState.apply}: both are sealed, so that the compiler names what is missing;
 *   <li>a package beside {@code classic}, {@code consumer} and {@code offset}, which know nothing
 *       of each other, with what it decides ({@link io.tidemark.coordinator.group.Decision}), and
 *       what only the leader knows;
 *   <li>its registration: a protocol in {@code runtime.GroupParts}, and its requests among the
 *       parts of {@code table.Groups}.
 * </ul>
 *
 * <p>The two protocols meet in one place, {@code consumer.Conversion}, by way of the state: a
 * classic group is handed over as {@code ClassicGroupState}.
 *
 * @see <a href="../../../../../../../../docs/adr/0196-groups-decide-log-apply.md">ADR 196</a>
 */
@NullMarked
@Pure
package io.tidemark.coordinator.group;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
