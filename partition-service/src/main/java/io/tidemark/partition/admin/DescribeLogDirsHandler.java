package io.tidemark.partition.admin;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.placement.ReplicaMove;
import io.tidemark.partition.placement.ReplicaMoves;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.jspecify.annotations.Nullable;

/**
 * DescribeLogDirs: this node's log directories and how large their partitions are, copies of
 * replicas that move there included.
 */
public final class DescribeLogDirsHandler
        extends Api<DescribeLogDirsRequestData, DescribeLogDirsResponseData> {
    private static final long UNKNOWN = -1;

    private final LogDirectories directories;
    private final PartitionRegistry registry;
    private final ReplicaMoves moves;
    private final Executor workers;
    private final Access access;

    /**
     * @param workers for asking the file system
     */
    public DescribeLogDirsHandler(
            LogDirectories directories,
            PartitionRegistry registry,
            ReplicaMoves moves,
            Executor workers,
            Access access) {
        super(35, 1, 5);
        this.directories = directories;
        this.registry = registry;
        this.moves = moves;
        this.workers = workers;
        this.access = access;
    }

    private record Sized(Partition partition, long bytes, long endOffset, long watermark) {}

    @Override
    public CompletionStage<@Nullable DescribeLogDirsResponseData> handle(
            RequestContext context, DescribeLogDirsRequestData request) {
        if (!access.cluster(context, Operation.DESCRIBE)) {
            return CompletableFuture.completedFuture(
                    new DescribeLogDirsResponseData()
                            .setErrorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.number()));
        }
        List<CompletableFuture<Sized>> sizes =
                registry.all()
                        .filter(partition -> wanted(request, partition))
                        .map(
                                partition ->
                                        partition.ask(
                                                asked ->
                                                        new Sized(
                                                                asked,
                                                                asked.log().sizeBytes(),
                                                                asked.log().logEndOffset(),
                                                                asked.replica().highWatermark())))
                        .toList();
        return CompletableFuture.allOf(sizes.toArray(CompletableFuture[]::new))
                .thenApplyAsync(done -> describe(sizes), workers);
    }

    private static boolean wanted(DescribeLogDirsRequestData request, Partition partition) {
        if (request.topics() == null) {
            return true;
        }
        DescribableLogDirTopic topic = request.topics().find(partition.topic());
        return topic != null && topic.partitions().contains(partition.index());
    }

    private DescribeLogDirsResponseData describe(List<CompletableFuture<Sized>> sizes) {
        DescribeLogDirsResponseData response = new DescribeLogDirsResponseData();
        for (LogDirectory directory : directories.all()) {
            DescribeLogDirsResult result =
                    new DescribeLogDirsResult()
                            .setLogDir(directory.path().toAbsolutePath().toString())
                            .setTotalBytes(UNKNOWN)
                            .setUsableBytes(UNKNOWN);
            response.results().add(result);
            if (directory.online()) {
                describeSpace(directory, result);
                result.setTopics(topics(directory, sizes, moves.shown()));
            } else {
                result.setErrorCode(ErrorCode.KAFKA_STORAGE_ERROR.number());
            }
        }
        return response;
    }

    private static void describeSpace(LogDirectory directory, DescribeLogDirsResult result) {
        try {
            result.setTotalBytes(directory.totalBytes())
                    .setUsableBytes(directory.disk().usableBytes());
        } catch (IOException e) {
            result.setErrorCode(ErrorCode.KAFKA_STORAGE_ERROR.number());
        }
    }

    private static List<DescribeLogDirsTopic> topics(
            LogDirectory directory,
            List<CompletableFuture<Sized>> sizes,
            List<ReplicaMove.Shown> moving) {
        Map<String, DescribeLogDirsTopic> topics = new HashMap<>();
        for (CompletableFuture<Sized> size : sizes) {
            Sized sized = size.join();
            Partition partition = sized.partition;
            if (partition.directory() == directory) {
                add(
                        topics,
                        partition.topic(),
                        new DescribeLogDirsPartition()
                                .setPartitionIndex(partition.index())
                                .setPartitionSize(sized.bytes)
                                .setOffsetLag(Math.max(0, sized.watermark - sized.endOffset)));
                continue;
            }
            for (ReplicaMove.Shown move : moving) {
                if (move.to() == directory && move.isOf(partition)) {
                    add(
                            topics,
                            partition.topic(),
                            new DescribeLogDirsPartition()
                                    .setPartitionIndex(partition.index())
                                    .setPartitionSize(move.sizeBytes())
                                    .setOffsetLag(Math.max(0, sized.endOffset - move.endOffset()))
                                    .setIsFutureKey(true));
                }
            }
        }
        return new ArrayList<>(topics.values());
    }

    private static void add(
            Map<String, DescribeLogDirsTopic> topics,
            String topic,
            DescribeLogDirsPartition partition) {
        topics.computeIfAbsent(topic, name -> new DescribeLogDirsTopic().setName(name))
                .partitions()
                .add(partition);
    }
}
