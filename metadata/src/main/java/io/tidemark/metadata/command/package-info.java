/** What can be asked of the coordinator, and its answers. Pure data. */
@NullMarked
@Pure
package io.tidemark.metadata.command;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
