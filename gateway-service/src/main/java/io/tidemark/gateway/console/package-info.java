/**
 * What the admin UI asks beyond v2 and v3: topics page by page, what a cluster looks like as a
 * whole, offsets of many topics, and what is on the disks of a node. Reads only; changes go through
 * v3. On event loops; nothing blocks.
 */
@NullMarked
package io.tidemark.gateway.console;

import org.jspecify.annotations.NullMarked;
