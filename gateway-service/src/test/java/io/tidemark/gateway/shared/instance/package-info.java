@NullMarked
package io.tidemark.gateway.shared.instance;

import org.jspecify.annotations.NullMarked;
