/**
 * Takes records over HTTP: the v2, v3 and native produce routes. A request is read and parsed on
 * its connection's event loop; its records are joined with those of others in {@code batch}.
 */
@NullMarked
package io.tidemark.gateway.produce;

import org.jspecify.annotations.NullMarked;
