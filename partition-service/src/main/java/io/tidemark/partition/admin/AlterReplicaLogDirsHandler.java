package io.tidemark.partition.admin;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.runtime.ClusterView;
import io.tidemark.partition.runtime.Partition;
import io.tidemark.partition.runtime.PartitionRegistry;
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
 * AlterReplicaLogDirs: says of each replica whether it is where it is wanted. A replica that is in
 * another directory stays there, with INVALID_REQUEST: it moves by a reassignment to another node
 * and back.
 */
public final class AlterReplicaLogDirsHandler
        extends Api<AlterReplicaLogDirsRequestData, AlterReplicaLogDirsResponseData> {
    private final ClusterView view;
    private final PartitionRegistry registry;
    private final LogDirectories directories;
    private final Access access;

    public AlterReplicaLogDirsHandler(
            ClusterView view,
            PartitionRegistry registry,
            LogDirectories directories,
            Access access) {
        super(34, 1, 2);
        this.view = view;
        this.registry = registry;
        this.directories = directories;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable AlterReplicaLogDirsResponseData> handle(
            RequestContext context, AlterReplicaLogDirsRequestData request) {
        boolean allowed = access.cluster(context, Operation.ALTER);
        Map<String, List<AlterReplicaLogDirPartitionResult>> byTopic = new LinkedHashMap<>();
        for (AlterReplicaLogDir wanted : request.dirs()) {
            Optional<LogDirectory> directory = directory(wanted.path());
            for (AlterReplicaLogDirTopic topic : wanted.topics()) {
                for (int index : topic.partitions()) {
                    ErrorCode error =
                            allowed
                                    ? place(topic.name(), index, directory)
                                    : ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
                    byTopic.computeIfAbsent(topic.name(), name -> new ArrayList<>())
                            .add(
                                    new AlterReplicaLogDirPartitionResult()
                                            .setPartitionIndex(index)
                                            .setErrorCode(error.number()));
                }
            }
        }
        AlterReplicaLogDirsResponseData response = new AlterReplicaLogDirsResponseData();
        byTopic.forEach(
                (topic, partitions) ->
                        response.results()
                                .add(
                                        new AlterReplicaLogDirTopicResult()
                                                .setTopicName(topic)
                                                .setPartitions(partitions)));
        return CompletableFuture.completedFuture(response);
    }

    private ErrorCode place(String topic, int index, Optional<LogDirectory> wanted) {
        if (wanted.isEmpty()) {
            return ErrorCode.LOG_DIR_NOT_FOUND;
        }
        Optional<Partition> here =
                registry.all()
                        .filter(p -> p.topic().equals(topic) && p.index() == index)
                        .findFirst();
        if (here.isEmpty()) {
            return view.image().topic(topic).flatMap(known -> known.partition(index)).isPresent()
                    ? ErrorCode.REPLICA_NOT_AVAILABLE
                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return here.get().directory() == wanted.get() ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST;
    }

    private Optional<LogDirectory> directory(String path) {
        Path wanted = Path.of(path).toAbsolutePath().normalize();
        return directories.online().stream()
                .filter(directory -> directory.path().toAbsolutePath().normalize().equals(wanted))
                .findFirst();
    }
}
