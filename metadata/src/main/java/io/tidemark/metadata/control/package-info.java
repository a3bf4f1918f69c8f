/** The client of the control plane: commands, registration, heartbeats, the metadata stream. */
@NullMarked
package io.tidemark.metadata.control;

import org.jspecify.annotations.NullMarked;
