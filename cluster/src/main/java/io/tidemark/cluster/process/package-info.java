/**
 * The members of a local cluster as processes: started, found again by any later command,
 * signalled, stopped. What runs is told by the lock file of each data folder, which the process
 * itself writes, and by the operating system. Calls block their caller.
 */
@NullMarked
package io.tidemark.cluster.process;

import org.jspecify.annotations.NullMarked;
