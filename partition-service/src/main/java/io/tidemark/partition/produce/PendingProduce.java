package io.tidemark.partition.produce;

import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.serving.AppendReply;
import io.tidemark.partition.serving.Sender;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import io.tidemark.protocol.transport.ClientAddress;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.jspecify.annotations.Nullable;

/**
 * A Produce request that waits for its partitions. Slots are answered on their partitions' loops;
 * whoever answers last completes the response.
 */
final class PendingProduce implements Sender {
    private final RequestContext context;
    private final Routing routing;
    private final boolean noAnswer;
    private final ProduceResponseData response = new ProduceResponseData();
    private final CompletableFuture<@Nullable ProduceResponseData> future =
            new CompletableFuture<>();
    private final AtomicInteger unanswered = new AtomicInteger(1); // one for the handler itself
    private final AtomicInteger unappended = new AtomicInteger();

    /**
     * @param noAnswer acks=0: done once everything was appended, and nothing is sent
     */
    PendingProduce(RequestContext context, Routing routing, boolean noAnswer) {
        this.context = context;
        this.routing = routing;
        this.noAnswer = noAnswer;
    }

    TopicProduceResponse addTopic(String name, Uuid topicId, int partitions) {
        TopicProduceResponse topic =
                new TopicProduceResponse()
                        .setName(name)
                        .setTopicId(topicId)
                        .setPartitionResponses(new ArrayList<>(partitions));
        response.responses().add(topic);
        return topic;
    }

    /** A partition that must be answered. */
    Slot slot(String topic, PartitionProduceResponse answer) {
        unanswered.incrementAndGet();
        return new Slot(topic, answer);
    }

    /** Tells how many loops will call {@link #partitionsAppended}; before any of them does. */
    void partitionsHandedOver(int loops) {
        unappended.set(loops);
        if (loops == 0) {
            allAppended();
        }
    }

    /** One loop has appended its share: the request's frame may go once all have. */
    void partitionsAppended() {
        if (unappended.decrementAndGet() == 0) {
            allAppended();
        }
    }

    private void allAppended() {
        context.releaseFrame();
        if (noAnswer) {
            future.complete(null);
        }
        answered();
    }

    CompletionStage<@Nullable ProduceResponseData> response() {
        return future;
    }

    @Override
    public Object connection() {
        return context.connection();
    }

    @Override
    public ClientAddress address() {
        return ClientAddress.of(context.connection().remoteAddress());
    }

    /** With acks=0 clients go as soon as they have sent. */
    @Override
    public boolean isGone() {
        return !noAnswer && context.connection().isClosed();
    }

    private void answered() {
        if (unanswered.decrementAndGet() == 0 && !noAnswer) {
            future.complete(response);
        }
    }

    /** One partition's place in the response. */
    final class Slot implements AppendReply {
        private final String topic;
        private final PartitionProduceResponse answer;

        private Slot(String topic, PartitionProduceResponse answer) {
            this.topic = topic;
            this.answer = answer;
        }

        @Override
        public Sender sender() {
            return PendingProduce.this;
        }

        @Override
        public void acknowledged(long baseOffset, long appendTimeMs, long logStartOffset) {
            answer.setBaseOffset(baseOffset)
                    .setLogAppendTimeMs(appendTimeMs)
                    .setLogStartOffset(logStartOffset);
            answered();
        }

        @Override
        public void refused(ErrorCode error, String message) {
            answer.setErrorCode(error.number())
                    .setBaseOffset(-1)
                    .setErrorMessage(message.isEmpty() ? null : message);
            if (error == ErrorCode.NOT_LEADER_OR_FOLLOWER) {
                routing.leadership(topic, answer.index()).ifPresent(this::nameLeader);
            }
            answered();
        }

        private void nameLeader(PartitionImage partition) {
            answer.setCurrentLeader(
                    new LeaderIdAndEpoch()
                            .setLeaderId(partition.leader())
                            .setLeaderEpoch(partition.leaderEpoch()));
            routing.endpoint(context, partition.leader())
                    .ifPresent(endpoint -> addEndpoint(partition.leader(), endpoint));
        }

        private void addEndpoint(int node, NodeImage.Listener endpoint) {
            synchronized (response) { // loops may fail at the same time; rare
                if (response.nodeEndpoints().find(node) == null) {
                    response.nodeEndpoints()
                            .add(
                                    new NodeEndpoint()
                                            .setNodeId(node)
                                            .setHost(endpoint.host())
                                            .setPort(endpoint.port()));
                }
            }
        }
    }
}
