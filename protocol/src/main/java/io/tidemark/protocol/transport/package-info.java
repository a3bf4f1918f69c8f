/**
 * What server and client share: event loops, frames read without needless copies and within limits,
 * messages decoded and encoded. Everything of a connection runs on its event loop.
 */
@NullMarked
package io.tidemark.protocol.transport;

import org.jspecify.annotations.NullMarked;
