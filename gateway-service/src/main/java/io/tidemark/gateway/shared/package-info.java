/**
 * What the gateways of one cluster share, and may lose: nothing here is needed for a record or a
 * committed offset to be safe. Each part has an implementation over Redis, and one in memory for a
 * single gateway.
 */
@NullMarked
package io.tidemark.gateway.shared;

import org.jspecify.annotations.NullMarked;
