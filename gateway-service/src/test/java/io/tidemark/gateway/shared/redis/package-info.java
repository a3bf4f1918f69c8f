@NullMarked
package io.tidemark.gateway.shared.redis;

import org.jspecify.annotations.NullMarked;
