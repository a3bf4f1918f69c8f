package io.tidemark.coordinator.kafka;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.table.Groups;
import io.tidemark.coordinator.runtime.GroupCoordinator;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.ErrorResponses;
import io.tidemark.protocol.server.RequestContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** An API of groups. */
abstract class GroupHandler<Q extends ApiMessage, S extends ApiMessage>
        implements ApiHandler<Q, S> {
    private final ApiMessageType type;
    private final GroupCoordinator groups;
    private final Access access;

    GroupHandler(ApiMessageType type, GroupCoordinator groups, Access access) {
        this.type = type;
        this.groups = groups;
        this.access = access;
    }

    @Override
    public final short apiKey() {
        return type.apiKey();
    }

    @Override
    public final short minVersion() {
        return type.lowestSupportedVersion();
    }

    @Override
    public final short maxVersion() {
        return type.highestSupportedVersion(false);
    }

    final Access access() {
        return access;
    }

    /** What the groups are asked. */
    @FunctionalInterface
    interface Method<Q, S> {
        CompletionStage<S> call(Groups groups, Caller caller, Q request);
    }

    /** Asks the groups. */
    final CompletionStage<@Nullable S> ask(RequestContext context, Q request, Method<Q, S> method) {
        Caller caller =
                new Caller(
                        context.clientId(),
                        host(context.connection().remoteAddress()),
                        context.apiVersion());
        CompletionStage<S> answer =
                groups.ask(
                        context.connection().eventLoop(),
                        served -> method.call(served, caller, request),
                        error -> refusal(context, request, error));
        return answer.thenApply(response -> response);
    }

    /** Refuses the request as a whole. */
    final CompletionStage<@Nullable S> refuse(RequestContext context, Q request, ErrorCode error) {
        return CompletableFuture.completedFuture(refusal(context, request, error));
    }

    /** The response that reports the error wherever it can. */
    @SuppressWarnings("unchecked") // the API's own response
    S refusal(RequestContext context, Q request, ErrorCode error) {
        return (S) ErrorResponses.of(request, context.apiVersion(), error);
    }

    /** Asks the groups where the principal may do that to the group. */
    final CompletionStage<@Nullable S> askIfAllowed(
            RequestContext context,
            Operation operation,
            @Nullable String group,
            Q request,
            Method<Q, S> method) {
        return group == null || access.group(context, operation, group)
                ? ask(context, request, method)
                : refuse(context, request, ErrorCode.GROUP_AUTHORIZATION_FAILED);
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? "/" + inet.getAddress().getHostAddress()
                : String.valueOf(address);
    }
}
