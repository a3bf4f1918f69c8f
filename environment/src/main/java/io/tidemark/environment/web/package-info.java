/**
 * Pure: who may ask a web server of ours, told from a request's headers alone. Every server of
 * every service asks the same rules.
 */
@NullMarked
@Pure
package io.tidemark.environment.web;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
