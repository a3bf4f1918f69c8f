package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.environment.Clock;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.HeldHeartbeats;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeat: a sign of life of a classic member. Where its client is known to wait for nothing else
 * meanwhile, the answer waits for news of the group: the member then hears of a rebalance at once,
 * not with its next heartbeat.
 *
 * <pre>
 *  asked -- all is well --> held -- news, or too long --> answered
 *    |                        +---- another request ----> answered: all was well
 *    +--- else ----------------------------------------> answered
 * </pre>
 *
 * @see <a href="../../../../../../../../docs/adr/0148-heartbeats-wait-for-news.md">ADR 148</a>
 */
final class HeartbeatHandler extends GroupHandler<HeartbeatRequestData, HeartbeatResponseData> {
    private final Impatience impatience = new Impatience(Clock.system());

    HeartbeatHandler(GroupCoordinator groups, Access access) {
        super(ApiMessageType.HEARTBEAT, groups, access);
    }

    @Override
    public CompletionStage<@Nullable HeartbeatResponseData> handle(
            RequestContext context, HeartbeatRequestData request) {
        CompletionStage<@Nullable HeartbeatResponseData> answer =
                askIfAllowed(
                        context,
                        Operation.READ,
                        request.groupId(),
                        request,
                        (served, caller, asked) -> served.members().heartbeat(caller, asked));
        return HeldHeartbeats.mayWait(request, context.connection().clientSoftware())
                        && !impatience.isOf(request.memberId())
                ? new Wait(context, request).follow(answer)
                : answer;
    }

    /** One heartbeat. Belongs to the connection's event loop. */
    private final class Wait {
        private final RequestContext context;
        private final HeartbeatRequestData request;
        private final CompletableFuture<@Nullable HeartbeatResponseData> answer =
                new CompletableFuture<>();
        private boolean held;
        private boolean hurried;

        Wait(RequestContext context, HeartbeatRequestData request) {
            this.context = context;
            this.request = request;
        }

        CompletionStage<@Nullable HeartbeatResponseData> follow(
                CompletionStage<@Nullable HeartbeatResponseData> first) {
            context.connection().onNextRequest(this::hurry);
            var unused = first.whenCompleteAsync(this::checked, context.connection().eventLoop());
            return answer;
        }

        private void checked(
                @Nullable HeartbeatResponseData response, @Nullable Throwable failure) {
            boolean well = response != null && response.errorCode() == ErrorCode.NONE.number();
            if (!well || hurried) {
                told(response, failure);
                return;
            }
            held = true;
            context.releaseFrame();
            var unused =
                    ask(
                                    context,
                                    request,
                                    (served, caller, asked) ->
                                            served.members().heldHeartbeat(caller, asked))
                            .whenCompleteAsync(this::told, context.connection().eventLoop());
        }

        private void told(@Nullable HeartbeatResponseData response, @Nullable Throwable failure) {
            held = false;
            if (failure == null) {
                answer.complete(response);
            } else {
                answer.completeExceptionally(failure);
            }
        }

        private void hurry() {
            hurried = true;
            if (held) {
                if (!context.connection().isOpen()) {
                    impatience.shown(request.memberId());
                }
                told(new HeartbeatResponseData(), null);
            }
        }
    }
}
