package io.tidemark.metadata.control;

import java.util.Optional;

/**
 * The body of an answer other than 200 of the internal HTTP interface.
 *
 * @param message for people
 * @param leader base URL of the coordinator that leads, where another one does
 */
public record Redirect(String message, Optional<String> leader) {}
