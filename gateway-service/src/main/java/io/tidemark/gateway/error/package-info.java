/** The one place where errors become HTTP: status, {@code error_code} and message. */
@NullMarked
package io.tidemark.gateway.error;

import org.jspecify.annotations.NullMarked;
