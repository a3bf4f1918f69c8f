package io.tidemark.gateway.group.consumer;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.consume.PartitionsReader;
import io.tidemark.gateway.consume.PartitionsReader.Answer;
import io.tidemark.gateway.consume.PartitionsReader.From;
import io.tidemark.gateway.group.GroupMembers;
import io.tidemark.gateway.group.GroupOffsets;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.limit.InFlightBudget;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.shared.instance.GatewayIdentity;
import io.tidemark.gateway.shared.instance.InstanceDirectory;
import io.tidemark.gateway.stream.DeliveryObserver;
import io.tidemark.gateway.stream.ReadGate;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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
        ReadBudget readBudget,
        ReadGate gate,
        DeliveryObserver deliveries,
        Lanes lanes,
        FastThreadLocal<TextBuffer> text,
        ConsumerProperties properties,
        Duration requestTimeout,
        Clock clock) {

    /**
     * Fetches what there is now, once the gate lets it.
     *
     * @param maxBytes over all partitions
     * @param then told on {@code loop}: answers, or null and a failure
     */
    void look(
            int leader,
            List<From> wanted,
            int maxBytes,
            EventExecutor loop,
            BiConsumer<@Nullable List<Answer>, @Nullable Throwable> then) {
        PartitionsReader.Limits limits =
                new PartitionsReader.Limits(
                        0, 1, maxBytes, ReadPlan.share(wanted.size(), maxBytes));
        gate.enter(
                () ->
                        reader.fetch(leader, Lane.FETCH, wanted, limits)
                                .whenComplete(
                                        (answers, failure) -> {
                                            gate.leave();
                                            loop.execute(() -> then.accept(answers, failure));
                                        }));
    }
}
