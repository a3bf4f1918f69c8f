/** The data folder: whose it is, and which process holds it. Used by the main thread at start. */
@NullMarked
package io.tidemark.standalone.folder;

import org.jspecify.annotations.NullMarked;
