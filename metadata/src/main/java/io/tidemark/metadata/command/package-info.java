/** What can be asked of the coordinator, and its answers. Pure data. */
@NullMarked
package io.tidemark.metadata.command;

import org.jspecify.annotations.NullMarked;
