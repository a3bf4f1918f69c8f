package io.tidemark.gateway.group;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.runtime.GatewayLoops;
import io.tidemark.gateway.runtime.ThreadLocalEntropy;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What everything about groups stands on. */
@Configuration(proxyBeanMethods = false)
public class GroupConfiguration {

    private static final Duration REBALANCE_TIMEOUT = Duration.ofSeconds(60);

    @Bean
    GroupLink groupLink(ClusterView view, PartitionClient client, GatewayLoops loops) {
        return new GroupLink(view, client, Clock.system(), loops.timers());
    }

    @Bean
    GroupOffsets groupOffsets(GroupLink link) {
        return new GroupOffsets(link);
    }

    @Bean
    GroupMembers groupMembers(
            GroupLink link, GroupOffsets offsets, ClusterView view, MeterRegistry registry) {
        GroupMembers members =
                new GroupMembers(
                        link,
                        offsets,
                        view,
                        Clock.system(),
                        ThreadLocalEntropy.INSTANCE,
                        REBALANCE_TIMEOUT);
        Gauge.builder("tidemark.gateway.group.members", members, GroupMembers::living)
                .description("Members of groups that this gateway heartbeats for")
                .register(registry);
        return members;
    }
}
