package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Leaders are elected on command. Ours, in the manner of v3. */
final class V3Leaders implements RouteGroup {
    private static final String ELECT = "/clusters/{cluster}/leaders:elect";

    private final Cluster cluster;

    V3Leaders(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.post(
                                ELECT,
                                "Elect leaders",
                                """
                                {"type":"object","required":["election"],"properties":{\
                                "election":{"enum":["preferred","unclean"]},\
                                "partitions":{"type":"array","items":{"type":"object",\
                                "properties":{"topic_name":{"type":"string"},\
                                "partition_id":{"type":"integer"}}}},\
                                "accept_data_loss":{"type":"boolean"}}}""",
                                "{\"election\":\"preferred\"}")
                        .description(
                                "`preferred` gives leadership back to the first replica of each"
                                        + " partition, where it is in sync; of all partitions, unless"
                                        + " some are named. `unclean` lets any live replica lead"
                                        + " partitions that have no leader: acknowledged records may be"
                                        + " lost, so the partitions must be named and"
                                        + " `accept_data_loss` must be true.")
                        .answers(200, "What became of each partition", Body.of("KafkaElectionList"))
                        .servedBy(this::elect));
    }

    private Mono<ServerResponse> elect(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        cluster.requireCluster(Operation.ALTER);
        return AdminBody.read(request, "election", "partitions", "accept_data_loss")
                .flatMap(body -> cluster.change(command(body, image, request)))
                .flatMap(
                        outcome ->
                                Replies.v3(
                                        200,
                                        json(
                                                V3Reassignments.altered(outcome.result()),
                                                outcome.image(),
                                                request)));
    }

    private Command command(AdminBody body, ClusterImage image, ServerRequest request) {
        Election election =
                switch (body.text("election")) {
                    case "preferred" -> Election.PREFERRED;
                    case "unclean" -> Election.UNCLEAN;
                    default -> throw body.wrong("election", "must be preferred or unclean");
                };
        List<PartitionId> partitions = new ArrayList<>();
        for (AdminBody named : body.objects("partitions", "topic_name", "partition_id")) {
            TopicImage topic = cluster.topic(image, named.text("topic_name"), Operation.DESCRIBE);
            PartitionImage partition =
                    cluster.partition(topic, Integer.toString(named.integer("partition_id", -1)));
            partitions.add(new PartitionId(topic.id(), partition.index()));
        }
        if (election == Election.UNCLEAN && partitions.isEmpty()) {
            throw body.wrong("partitions", "must name the partitions of an unclean election");
        }
        if (election == Election.UNCLEAN && !body.flag("accept_data_loss")) {
            throw body.wrong(
                    "accept_data_loss",
                    "must be true: an unclean election may lose acknowledged records");
        }
        String from = request.remoteAddress().map(address -> " from " + address).orElse("");
        return new Command.ElectLeaders(election, partitions, Access.ANONYMOUS + from);
    }

    private static ObjectNode json(
            List<PartitionOutcome> outcomes, ClusterImage image, ServerRequest request) {
        ObjectNode json = Replies.object().put("kind", "KafkaElectionList");
        json.putObject("metadata").put("self", request.uri().toString()).putNull("next");
        ArrayNode data = json.putArray("data");
        for (PartitionOutcome outcome : outcomes) {
            ObjectNode one =
                    data.addObject()
                            .put(
                                    "topic_name",
                                    image.topic(outcome.topicId()).map(TopicImage::name).orElse(""))
                            .put("partition_id", outcome.index());
            outcome.partition().ifPresent(partition -> one.put("leader_id", partition.leader()));
            if (outcome.error() != 0) {
                one.put("error_code", ErrorCode.of(outcome.error()).restCode())
                        .put("message", outcome.message());
            }
        }
        return json;
    }
}
