/** Describes the route table as OpenAPI 3.1, and serves a page to try it. */
@NullMarked
package io.tidemark.gateway.openapi;

import org.jspecify.annotations.NullMarked;
