/** The gateway before a real coordinator and partition service, in one process. */
@NullMarked
package io.tidemark.standalone.gateway;

import org.jspecify.annotations.NullMarked;
