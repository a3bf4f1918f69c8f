package io.tidemark.gateway.stream.group;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.GroupMembers;
import io.tidemark.gateway.group.GroupOffsets;
import io.tidemark.gateway.group.describe.GroupQueries;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.runtime.ThreadLocalEntropy;
import io.tidemark.gateway.runtime.WhileServing;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.stream.StreamAdmission;
import io.tidemark.gateway.stream.StreamProperties;
import io.tidemark.gateway.stream.Streams;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of groups' streams. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GroupStreamProperties.class)
public class GroupStreamConfiguration {

    @Bean
    GroupStreams groupStreams(
            ClusterView view,
            GroupMembers members,
            OffsetLookup offsets,
            Streams streams,
            ReadBudget budget,
            GroupStreamProperties properties,
            StreamProperties streamProperties,
            MeterRegistry registry) {
        GroupStreams groups =
                new GroupStreams(
                        new GroupStreams.Shared(view, members, offsets, streams, budget),
                        properties,
                        streamProperties,
                        Clock.system(),
                        ThreadLocalEntropy.INSTANCE);
        Gauge.builder("tidemark.stream.group.open", groups, GroupStreams::openStreams)
                .description("Streams of groups, those that join or leave included")
                .register(registry);
        FunctionCounter.builder("tidemark.stream.group.commits", groups, GroupStreams::commits)
                .description("Offsets that streams of groups have committed")
                .register(registry);
        FunctionCounter.builder("tidemark.stream.group.failures", groups, GroupStreams::failures)
                .description("Commits and look-ups of streams of groups that failed")
                .register(registry);
        return groups;
    }

    @Bean
    GroupStreamRoutes groupStreamRoutes(
            ClusterView view, Access access, GroupStreams groups, StreamAdmission admission) {
        return new GroupStreamRoutes(view, access, groups, admission);
    }

    @Bean
    AcknowledgeRoutes acknowledgeRoutes(
            ClusterView view,
            Access access,
            GroupStreams groups,
            GroupLink link,
            GroupOffsets offsets,
            OffsetLookup lookup) {
        return new AcknowledgeRoutes(
                access,
                groups,
                new ElsewhereAcknowledged(
                        view, new GroupQueries(link, GroupStreams.TIMEOUT), offsets, lookup));
    }

    @Bean
    WhileServing groupStreamDrain(GroupStreams groups) {
        return WhileServing.endedBy(groups::drain);
    }
}
