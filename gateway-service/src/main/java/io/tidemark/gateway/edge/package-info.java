/**
 * What every request passes before its route: who may ask, what was asked for that cannot be done,
 * how bodies are packed, how many may be connected and how long they may take. On the connections'
 * event loops.
 */
@NullMarked
package io.tidemark.gateway.edge;

import org.jspecify.annotations.NullMarked;
