/**
 * The route table. Each route carries its own description, so that what is served and what is
 * documented cannot differ.
 */
@NullMarked
package io.tidemark.gateway.api;

import org.jspecify.annotations.NullMarked;
