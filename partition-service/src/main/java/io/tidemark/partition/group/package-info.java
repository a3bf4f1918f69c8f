/**
 * Requests about groups, which this service passes on to the leading coordinator for its clients. A
 * client's requests keep their order: they go over a connection of their own, and belong to the
 * event loop of the client's connection.
 */
@NullMarked
package io.tidemark.partition.group;

import org.jspecify.annotations.NullMarked;
