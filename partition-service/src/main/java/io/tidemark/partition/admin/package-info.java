/**
 * Describes and changes the cluster: metadata, topics, configuration, log directories. Changes go
 * to the coordinator as commands, and are answered once this node's own image shows them.
 */
@NullMarked
package io.tidemark.partition.admin;

import org.jspecify.annotations.NullMarked;
