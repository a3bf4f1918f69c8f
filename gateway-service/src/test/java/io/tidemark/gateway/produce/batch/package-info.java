@NullMarked
package io.tidemark.gateway.produce.batch;

import org.jspecify.annotations.NullMarked;
