package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.partition.placement.ReplicaMoves;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDir;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirPartitionResult;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirTopicResult;
import org.jspecify.annotations.Nullable;

/**
 * AlterReplicaLogDirs: moves replicas between this node's log directories. The answer comes when
 * the moves will survive a restart; DescribeLogDirs shows how far they are. A replica that is not
 * here yet is answered with REPLICA_NOT_AVAILABLE, and created in the wanted directory if it comes
 * before the next restart, as Kafka has it.
 */
public final class AlterReplicaLogDirsHandler
        extends Api<AlterReplicaLogDirsRequestData, AlterReplicaLogDirsResponseData> {
    private final ClusterView view;
    private final PartitionRegistry registry;
    private final LogDirectories directories;
    private final ReplicaMoves moves;
    private final Access access;

    public AlterReplicaLogDirsHandler(
            ClusterView view,
            PartitionRegistry registry,
            LogDirectories directories,
            ReplicaMoves moves,
            Access access) {
        super(34, 1, 2);
        this.view = view;
        this.registry = registry;
        this.directories = directories;
        this.moves = moves;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable AlterReplicaLogDirsResponseData> handle(
            RequestContext context, AlterReplicaLogDirsRequestData request) {
        boolean allowed = access.cluster(context, Operation.ALTER);
        List<Placed> placed = new ArrayList<>();
        for (AlterReplicaLogDir wanted : request.dirs()) {
            Optional<LogDirectory> directory = directory(wanted.path());
            for (AlterReplicaLogDirTopic topic : wanted.topics()) {
                for (int index : topic.partitions()) {
                    CompletionStage<ErrorCode> error =
                            allowed
                                    ? place(topic.name(), index, directory)
                                    : done(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
                    placed.add(new Placed(topic.name(), index, error.toCompletableFuture()));
                }
            }
        }
        return CompletableFuture.allOf(
                        placed.stream().map(Placed::error).toArray(CompletableFuture[]::new))
                .thenApply(all -> response(placed));
    }

    private record Placed(String topic, int index, CompletableFuture<ErrorCode> error) {}

    private static AlterReplicaLogDirsResponseData response(List<Placed> placed) {
        Map<String, List<AlterReplicaLogDirPartitionResult>> byTopic = new LinkedHashMap<>();
        for (Placed one : placed) {
            byTopic.computeIfAbsent(one.topic, name -> new ArrayList<>())
                    .add(
                            new AlterReplicaLogDirPartitionResult()
                                    .setPartitionIndex(one.index)
                                    .setErrorCode(one.error.join().number()));
        }
        AlterReplicaLogDirsResponseData response = new AlterReplicaLogDirsResponseData();
        byTopic.forEach(
                (topic, partitions) ->
                        response.results()
                                .add(
                                        new AlterReplicaLogDirTopicResult()
                                                .setTopicName(topic)
                                                .setPartitions(partitions)));
        return response;
    }

    private CompletionStage<ErrorCode> place(
            String name, int index, Optional<LogDirectory> wanted) {
        if (wanted.isEmpty()) {
            return done(ErrorCode.LOG_DIR_NOT_FOUND);
        }
        Partition here = registry.find(name, index);
        if (here != null) {
            return moves.place(here, wanted.get());
        }
        Optional<TopicImage> topic = view.image().topic(name);
        if (topic.flatMap(known -> known.partition(index)).isEmpty()) {
            return done(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        }
        topic.ifPresent(known -> moves.prefer(new PartitionId(known.id(), index), wanted.get()));
        return done(ErrorCode.REPLICA_NOT_AVAILABLE);
    }

    private static CompletionStage<ErrorCode> done(ErrorCode error) {
        return CompletableFuture.completedFuture(error);
    }

    private Optional<LogDirectory> directory(String path) {
        Path wanted = Path.of(path).toAbsolutePath().normalize();
        return directories.online().stream()
                .filter(directory -> directory.path().toAbsolutePath().normalize().equals(wanted))
                .findFirst();
    }
}
