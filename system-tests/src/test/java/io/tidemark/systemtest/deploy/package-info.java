/** Containers: images and Compose on a container engine, and the Helm chart without one. */
@NullMarked
package io.tidemark.systemtest.deploy;

import org.jspecify.annotations.NullMarked;
