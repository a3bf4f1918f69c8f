/**
 * Topics, partitions, brokers and configurations over HTTP, in v2 and v3. Reads come from the
 * metadata image, offsets from leaders; changes go to the coordinator and are answered once this
 * gateway has seen them. On event loops; nothing blocks.
 */
@NullMarked
package io.tidemark.gateway.admin;

import org.jspecify.annotations.NullMarked;
