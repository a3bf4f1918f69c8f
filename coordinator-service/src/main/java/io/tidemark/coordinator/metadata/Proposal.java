package io.tidemark.coordinator.metadata;

import io.tidemark.metadata.command.Command;
import org.apache.kafka.common.Uuid;

/**
 * A command as it stands in the log, with all that the leader chose for it, so that every replica
 * decides alike.
 *
 * @param timestampMs the leader's wall clock when it proposed
 * @param id random; becomes the id of what the command creates
 */
public record Proposal(long timestampMs, Uuid id, Command command) {}
