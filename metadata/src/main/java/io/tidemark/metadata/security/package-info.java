/** The one place where authorization is asked. */
@NullMarked
package io.tidemark.metadata.security;

import org.jspecify.annotations.NullMarked;
