package io.tidemark.coordinator.group.classic;

import io.tidemark.environment.Timers;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.HeartbeatResponseData;

/**
 * A member's heartbeat that waits for news.
 *
 * @param timer answers it when there is none for too long
 */
record HeldHeartbeat(CompletableFuture<HeartbeatResponseData> answer, Timers.Timer timer) {}
