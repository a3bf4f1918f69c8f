/**
 * Serves the admin UI: the files that its build made, read once at the start. On event loops;
 * nothing blocks after the start.
 */
@NullMarked
package io.tidemark.gateway.ui;

import org.jspecify.annotations.NullMarked;
