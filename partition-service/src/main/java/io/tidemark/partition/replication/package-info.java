/**
 * What a follower asks its leaders for, and what it makes of the answers. Pure: no thread, clock or
 * connection; owned by one event loop. Requests and answers are carried by whoever drives it.
 */
@NullMarked
@Pure
package io.tidemark.partition.replication;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
