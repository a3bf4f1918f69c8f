/** The node as a member of the cluster: its session, its drains, how it does. Makes no threads. */
@NullMarked
package io.tidemark.partition.membership;

import org.jspecify.annotations.NullMarked;
