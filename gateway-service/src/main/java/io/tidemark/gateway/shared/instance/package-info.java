/**
 * The directory of REST consumer instances, which any gateway may serve: where an instance stands,
 * and which gateway owns it. Safe for any thread; nothing here blocks.
 */
@NullMarked
package io.tidemark.gateway.shared.instance;

import org.jspecify.annotations.NullMarked;
