/**
 * Log directories: their identity ({@code meta.properties}), their lock, the clean-shutdown marker,
 * and what becomes of them when they fail. Owns no thread; safe for any.
 */
@NullMarked
package io.tidemark.partition.storage;

import org.jspecify.annotations.NullMarked;
