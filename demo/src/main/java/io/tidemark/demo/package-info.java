/**
 * The demo: loads real flights through REST, follows them live over SSE, cuts the stream and
 * resumes it, and checks that every record arrived once and in order. Uses nothing of Tidemark's
 * own but its public HTTP interface. One thread follows, a few load, the main thread draws.
 */
@NullMarked
package io.tidemark.demo;

import org.jspecify.annotations.NullMarked;
