/** The cluster's metadata: what every service knows of it and how it is changed. */
@NullMarked
package io.tidemark.metadata;

import org.jspecify.annotations.NullMarked;
