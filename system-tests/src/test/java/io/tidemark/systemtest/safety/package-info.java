/**
 * What was acknowledged survives: processes killed, power lost, disks full, failing and damaged.
 */
@NullMarked
package io.tidemark.systemtest.safety;

import org.jspecify.annotations.NullMarked;
