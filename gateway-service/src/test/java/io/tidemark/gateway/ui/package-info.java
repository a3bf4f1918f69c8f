@NullMarked
package io.tidemark.gateway.ui;

import org.jspecify.annotations.NullMarked;
