package io.tidemark.gateway.stream.group;

import io.netty.channel.Channel;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.stream.EndMark;
import io.tidemark.gateway.stream.StreamAdmission;
import io.tidemark.gateway.stream.StreamShape;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** {@code GET /groups/{group}/events}. */
final class GroupStreamRoutes implements RouteGroup {

    private static final int MAX_GROUP_CHARS = 249;

    private final ClusterView view;
    private final Access access;
    private final GroupStreams groups;
    private final StreamAdmission admission;

    GroupStreamRoutes(
            ClusterView view, Access access, GroupStreams groups, StreamAdmission admission) {
        this.view = view;
        this.access = access;
        this.groups = groups;
        this.admission = admission;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/groups/{group}/events")
                        .tag("Events")
                        .summary("Read topics as a member of a consumer group")
                        .description(
                                """
                                Joins the group, streams the records of the partitions that it is \
                                assigned, and leaves when the connection ends. Streams and Kafka \
                                consumers of one group share its partitions; an `assigned` event \
                                says which this one has (member id, partitions), at the start and \
                                whenever it changes. Goes on from what the group has committed. \
                                Every record comes at least once: with `commit=auto` what the \
                                socket has taken is committed by itself; with `commit=manual` the \
                                client does, by `POST /groups/{group}/offsets`.\
                                """)
                        .queries("topics", "string", "Topics to read, as in `a,b`")
                        .query(
                                "pattern",
                                "string",
                                "Reads all topics whose whole name matches; RE2's syntax")
                        .query(
                                "from",
                                "string",
                                "Where partitions begin for which the group has committed nothing:"
                                        + " `latest` (default), `earliest`, `ts:<ms or ISO time>`")
                        .query("commit", "string", "`auto` (default) or `manual`")
                        .query(
                                "max_uncommitted",
                                "integer",
                                "With `commit=manual`, records that may be unacknowledged: 1 to"
                                        + " 10000; 1000 by default")
                        .with(StreamShape::describe)
                        .servedDirectlyWithHeadBy(this::events));
    }

    private Publisher<Void> events(
            HttpServerRequest request, HttpServerResponse response, List<String> pathVariables) {
        String group = pathVariables.getFirst();
        checkName(group);
        GroupStreamQuery query = GroupStreamQuery.parse(request.uri(), request.requestHeaders());
        access.require(Access.ANONYMOUS, Operation.READ, ResourceType.GROUP, group);
        if (query.subscription() instanceof Subscription.Topics(List<String> names)) {
            names.forEach(this::checkTopic);
        }
        String lastId = request.requestHeaders().get("Last-Event-ID");
        if (lastId != null && EndMark.isOn(lastId.strip())) {
            return StreamAdmission.sendNoMore(response);
        }
        if (StreamAdmission.asksForHead(request)) {
            return StreamAdmission.sendHead(response, query.shape().format());
        }
        admission.open();
        AtomicReference<Channel> channel = new AtomicReference<>();
        request.withConnection(connection -> channel.set(connection.channel()));
        GroupStream stream = groups.open(group, query, channel.get());
        return Mono.fromCompletionStage(stream::join)
                .then(Mono.defer(() -> StreamAdmission.sendHead(response, query.shape().format())))
                .then(Mono.<Void>create(sink -> begin(stream, channel.get(), sink)))
                .doFinally(
                        signal -> {
                            stream.loop().execute(stream::clientGone);
                            admission.closed();
                        });
    }

    private static void checkName(String group) {
        boolean control = group.chars().anyMatch(Character::isISOControl);
        if (group.isBlank() || control || group.length() > MAX_GROUP_CHARS) {
            throw ApiError.badRequest(
                            "The group's name must have 1 to %d characters, not blanks only, and no control characters."
                                    .formatted(MAX_GROUP_CHARS))
                    .exception();
        }
    }

    private void checkTopic(String name) {
        access.requireTopic(Access.ANONYMOUS, Operation.READ, name);
        view.requireTopic(name);
    }

    /** The response's bytes go past this publisher; it only says when the response is over. */
    private static void begin(GroupStream stream, Channel channel, MonoSink<Void> sink) {
        channel.closeFuture().addListener(closed -> stream.loop().execute(stream::clientGone));
        stream.loop().execute(() -> stream.begin(sink::success));
    }
}
