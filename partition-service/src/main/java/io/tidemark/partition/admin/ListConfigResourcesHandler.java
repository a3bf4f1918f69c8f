package io.tidemark.partition.admin;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData.ConfigResource;
import org.jspecify.annotations.Nullable;

/** ListConfigResources: topics and nodes, which are what has a configuration here. */
public final class ListConfigResourcesHandler
        extends Api<ListConfigResourcesRequestData, ListConfigResourcesResponseData> {
    private final ClusterView view;
    private final Access access;

    public ListConfigResourcesHandler(ClusterView view, Access access) {
        super(74, 0, 1);
        this.view = view;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable ListConfigResourcesResponseData> handle(
            RequestContext context, ListConfigResourcesRequestData request) {
        ListConfigResourcesResponseData response = new ListConfigResourcesResponseData();
        if (!access.cluster(context, Operation.DESCRIBE_CONFIGS)) {
            return CompletableFuture.completedFuture(
                    response.setErrorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.number()));
        }
        ClusterImage image = view.image();
        List<Byte> types = request.resourceTypes();
        if (types.isEmpty() || types.contains(ConfigResources.TOPIC)) {
            image.topics().keySet().stream()
                    .sorted()
                    .forEach(name -> add(response, ConfigResources.TOPIC, name));
        }
        if (types.isEmpty() || types.contains(ConfigResources.NODE)) {
            image.nodes()
                    .keySet()
                    .forEach(id -> add(response, ConfigResources.NODE, Integer.toString(id)));
        }
        return CompletableFuture.completedFuture(response);
    }

    private static void add(ListConfigResourcesResponseData response, byte type, String name) {
        response.configResources()
                .add(new ConfigResource().setResourceType(type).setResourceName(name));
    }
}
