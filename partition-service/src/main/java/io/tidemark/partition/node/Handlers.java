package io.tidemark.partition.node;

import io.tidemark.metadata.security.Authorizer;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.admin.AlterConfigsHandler;
import io.tidemark.partition.admin.AlterPartitionReassignmentsHandler;
import io.tidemark.partition.admin.AlterReplicaLogDirsHandler;
import io.tidemark.partition.admin.Commands;
import io.tidemark.partition.admin.CreatePartitionsHandler;
import io.tidemark.partition.admin.CreateTopicsHandler;
import io.tidemark.partition.admin.DeleteRecordsHandler;
import io.tidemark.partition.admin.DeleteTopicsHandler;
import io.tidemark.partition.admin.DescribeClusterHandler;
import io.tidemark.partition.admin.DescribeConfigsHandler;
import io.tidemark.partition.admin.DescribeLogDirsHandler;
import io.tidemark.partition.admin.DescribeProducersHandler;
import io.tidemark.partition.admin.DescribeQuorumHandler;
import io.tidemark.partition.admin.DescribeTopicPartitionsHandler;
import io.tidemark.partition.admin.ElectLeadersHandler;
import io.tidemark.partition.admin.FindCoordinatorHandler;
import io.tidemark.partition.admin.InTurn;
import io.tidemark.partition.admin.IncrementalAlterConfigsHandler;
import io.tidemark.partition.admin.ListConfigResourcesHandler;
import io.tidemark.partition.admin.ListPartitionReassignmentsHandler;
import io.tidemark.partition.admin.MetadataHandler;
import io.tidemark.partition.admin.RefusedApi;
import io.tidemark.partition.admin.UnregisterBrokerHandler;
import io.tidemark.partition.fetch.FetchHandler;
import io.tidemark.partition.fetch.FetchSessions;
import io.tidemark.partition.fetch.ListOffsetsHandler;
import io.tidemark.partition.fetch.OffsetForLeaderEpochHandler;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.partition.produce.InitProducerIdHandler;
import io.tidemark.partition.produce.ProduceHandler;
import io.tidemark.partition.produce.ProducerIds;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.runtime.NettyLoop;
import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.protocol.server.ApiHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every API that a node serves. */
final class Handlers {

    private Handlers() {}

    /**
     * @param groups what serves the APIs of groups
     */
    static List<ApiHandler<?, ?>> of(
            PartitionRuntime runtime,
            Authorizer authorizer,
            ServingLimits limits,
            List<ApiHandler<?, ?>> groups) {
        int nodeId = runtime.nodeId();
        ClusterView view = runtime.view();
        Map<String, String> staticConfigs = runtime.config().staticConfigs();
        Access access = new Access(authorizer);
        Routing routing = new Routing(nodeId, runtime.registry(), view);
        Commands commands = new Commands(runtime.controlPlane(), view);
        ProducerIds producerIds =
                new ProducerIds(nodeId, runtime::nodeEpoch, runtime.controlPlane());
        FetchSessions sessions = new FetchSessions(limits.fetchSessionSlots(), runtime.clock());
        runtime.metrics()
                .gauge(
                        "fetch.sessions",
                        "Incremental fetch sessions that are open",
                        sessions::size);
        List<ApiHandler<?, ?>> data =
                List.of(
                        new ProduceHandler(routing, access, runtime.clock()),
                        new FetchHandler(
                                routing,
                                access,
                                sessions,
                                runtime.clock(),
                                runtime.metrics(),
                                limits.maxFetchBytes(),
                                connection ->
                                        new NettyLoop(connection.eventLoop(), runtime.threads())),
                        new ListOffsetsHandler(routing, access),
                        new FindCoordinatorHandler(view, access),
                        new DeleteRecordsHandler(routing, access),
                        new InitProducerIdHandler(producerIds, access),
                        new OffsetForLeaderEpochHandler(routing, access),
                        new DescribeProducersHandler(routing, access));
        List<ApiHandler<?, ?>> metadata =
                List.of(
                        new MetadataHandler(
                                nodeId,
                                view,
                                commands,
                                access,
                                limits.autoCreateTopics(),
                                runtime.clock()),
                        new CreateTopicsHandler(nodeId, view, staticConfigs, commands, access),
                        new DeleteTopicsHandler(view, commands, access),
                        new DescribeConfigsHandler(nodeId, view, staticConfigs, access),
                        new AlterConfigsHandler(view, commands, access),
                        new DescribeLogDirsHandler(
                                runtime.directories(),
                                runtime.registry(),
                                runtime.moves(),
                                runtime.workers(),
                                access),
                        new CreatePartitionsHandler(commands, access),
                        new IncrementalAlterConfigsHandler(commands, access),
                        new DescribeClusterHandler(nodeId, view, access),
                        new AlterReplicaLogDirsHandler(
                                view,
                                runtime.registry(),
                                runtime.directories(),
                                runtime.moves(),
                                access),
                        new ElectLeadersHandler(view, commands, access),
                        new AlterPartitionReassignmentsHandler(view, commands, access),
                        new ListPartitionReassignmentsHandler(view, access),
                        new DescribeQuorumHandler(runtime.controlPlane(), runtime.clock(), access),
                        new UnregisterBrokerHandler(commands, access),
                        new ListConfigResourcesHandler(view, access),
                        new DescribeTopicPartitionsHandler(view, access));
        InTurn turns = new InTurn();
        List<ApiHandler<?, ?>> all = new ArrayList<>(data);
        metadata.forEach(handler -> all.add(turns.of(handler)));
        all.addAll(RefusedApi.ofAcls());
        all.addAll(groups);
        return all;
    }
}
