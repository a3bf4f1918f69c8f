/**
 * The threads of a node: event loops, group commit, and the work that follows the metadata. The
 * only package here that makes threads.
 *
 * <pre>
 *   event loops       connections, and everything that touches a partition's state
 *   sync threads      a few per log directory: fdatasync
 *   metadata thread   applies images, one after the other
 *   worker threads    open, recover, checkpoint and delete logs
 *   timer thread      heartbeats and housekeeping; hands the work to the others
 * </pre>
 */
@NullMarked
package io.tidemark.partition.runtime;

import org.jspecify.annotations.NullMarked;
