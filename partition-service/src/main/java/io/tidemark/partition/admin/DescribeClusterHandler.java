package io.tidemark.partition.admin;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.partition.routing.Routing;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.jspecify.annotations.Nullable;

/** DescribeCluster: the cluster's id and nodes. */
public final class DescribeClusterHandler
        extends Api<DescribeClusterRequestData, DescribeClusterResponseData> {
    private static final byte BROKERS = 1;

    private final int nodeId;
    private final ClusterView view;
    private final Access access;

    public DescribeClusterHandler(int nodeId, ClusterView view, Access access) {
        super(60, 0, 2);
        this.nodeId = nodeId;
        this.view = view;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable DescribeClusterResponseData> handle(
            RequestContext context, DescribeClusterRequestData request) {
        return CompletableFuture.completedFuture(describe(context, request));
    }

    private DescribeClusterResponseData describe(
            RequestContext context, DescribeClusterRequestData request) {
        DescribeClusterResponseData response =
                new DescribeClusterResponseData().setEndpointType(request.endpointType());
        if (!access.cluster(context, Operation.DESCRIBE)) {
            return response.setErrorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.number());
        }
        if (request.endpointType() != BROKERS) {
            return response.setErrorCode(ErrorCode.INVALID_REQUEST.number())
                    .setErrorMessage("Coordinators do not speak the Kafka protocol");
        }
        ClusterImage image = view.image();
        response.setClusterId(image.clusterId()).setControllerId(nodeId);
        for (NodeImage node : image.nodes().values()) {
            if (!node.fenced() || request.includeFencedBrokers()) {
                Routing.endpoint(image, context, node.id())
                        .ifPresent(
                                endpoint ->
                                        response.brokers()
                                                .add(
                                                        new DescribeClusterBroker()
                                                                .setBrokerId(node.id())
                                                                .setHost(endpoint.host())
                                                                .setPort(endpoint.port())
                                                                .setRack(node.rack().orElse(null))
                                                                .setIsFenced(node.fenced())));
            }
        }
        return response;
    }
}
