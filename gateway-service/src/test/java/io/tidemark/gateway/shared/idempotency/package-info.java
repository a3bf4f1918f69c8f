@NullMarked
package io.tidemark.gateway.shared.idempotency;

import org.jspecify.annotations.NullMarked;
