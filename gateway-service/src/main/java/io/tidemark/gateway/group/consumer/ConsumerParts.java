package io.tidemark.gateway.group.consumer;

import io.netty.util.concurrent.FastThreadLocal;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.consume.PartitionsReader;
import io.tidemark.gateway.group.GroupMembers;
import io.tidemark.gateway.group.GroupOffsets;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.limit.InFlightBudget;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.shared.instance.GatewayIdentity;
import io.tidemark.gateway.shared.instance.InstanceDirectory;
import io.tidemark.gateway.stream.DeliveryObserver;
import io.tidemark.gateway.stream.ReadGate;
import java.time.Duration;

/**
 * What all instances stand on.
 *
 * @param text of each loop, to write answers in
 * @param requestTimeout for commits and lookups, retries included
 */
record ConsumerParts(
        ClusterView view,
        Leaders leaders,
        GroupMembers members,
        GroupOffsets offsets,
        OffsetLookup lookup,
        PartitionsReader reader,
        InstanceDirectory directory,
        GatewayIdentity identity,
        InFlightBudget budget,
        ReadGate gate,
        DeliveryObserver deliveries,
        Lanes lanes,
        FastThreadLocal<TextBuffer> text,
        ConsumerProperties properties,
        Duration requestTimeout,
        Clock clock) {}
