package io.tidemark.partition.shell;

import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import io.tidemark.partition.node.PartitionNode;
import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.partition.serving.Partition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * For {@code ./tidemark status}, where the partition service is a process of its own.
 *
 * <pre>
 * GET /internal/replicas   200 what is stored here, each partition as it is now
 * </pre>
 */
@Configuration(proxyBeanMethods = false)
public class ReplicaRoutes {

    @Bean
    RouterFunction<ServerResponse> replicas(PartitionNode node) {
        return route(
                GET("/internal/replicas"),
                request ->
                        Mono.fromFuture(() -> reports(node.runtime()))
                                .flatMap(reports -> ServerResponse.ok().bodyValue(reports)));
    }

    record Reports(List<Report> replicas) {}

    record Report(
            String topic, int partition, boolean leading, long logEndOffset, long highWatermark) {}

    private static CompletableFuture<Reports> reports(PartitionRuntime runtime) {
        List<CompletableFuture<Report>> asked =
                runtime.registry().all().map(ReplicaRoutes::ask).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(
                        done -> new Reports(asked.stream().map(CompletableFuture::join).toList()));
    }

    /** On the partition's loop, so that the figures belong together. */
    private static CompletableFuture<Report> ask(Partition partition) {
        CompletableFuture<Report> answer = new CompletableFuture<>();
        partition.loop().execute(() -> answer.complete(report(partition)));
        return answer;
    }

    private static Report report(Partition partition) {
        return new Report(
                partition.topic(),
                partition.index(),
                partition.replica().leading(),
                partition.log().logEndOffset(),
                partition.replica().highWatermark());
    }
}
