@NullMarked
package io.tidemark.gateway.produce.body;

import org.jspecify.annotations.NullMarked;
