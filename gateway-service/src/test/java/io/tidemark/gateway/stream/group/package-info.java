@NullMarked
package io.tidemark.gateway.stream.group;

import org.jspecify.annotations.NullMarked;
