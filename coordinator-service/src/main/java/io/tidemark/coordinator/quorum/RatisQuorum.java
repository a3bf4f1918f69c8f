package io.tidemark.coordinator.quorum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Quorum} by Apache Ratis. An entry is acknowledged once it was forced to disk on a
 * majority. The directory holds one Raft group, the coordinator's:
 *
 * <pre>
 * coordinator/
 *   lock                         locked while a process runs
 *   a103..df/                    the group
 *     current/raft-meta          term and vote
 *     current/log_0-99           closed segment, entries 0 to 99
 *     current/log_inprogress_100 open segment
 *     sm/snapshot.3_99           term 3, up to entry 99; and its .md5
 * </pre>
 */
public final class RatisQuorum implements Quorum {
    private static final RaftGroupId GROUP =
            RaftGroupId.valueOf(
                    UUID.nameUUIDFromBytes(
                            "tidemark-coordinator".getBytes(StandardCharsets.UTF_8)));

    private final QuorumSettings settings;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private @Nullable RatisStateMachine stateMachine;
    private @Nullable RaftServer server;
    private @Nullable FolderLock lock;

    public RatisQuorum(QuorumSettings settings) {
        this.settings = settings;
    }

    @Override
    public synchronized void start(Replica replica) throws IOException {
        if (server != null) {
            throw new IllegalStateException("Already started");
        }
        lock = FolderLock.take(settings.directory());
        LogTail.cut(settings.directory());
        RatisStateMachine machine = new RatisStateMachine(settings.id(), replica, () -> {});
        stateMachine = machine;
        RaftServer started =
                RaftServer.newBuilder()
                        .setServerId(RaftPeerId.valueOf(settings.id()))
                        .setGroup(RaftGroup.valueOf(GROUP, peers()))
                        .setStateMachine(machine)
                        .setProperties(RatisProperties.of(settings))
                        .setOption(RaftStorage.StartupOption.RECOVER)
                        .build();
        server = started;
        try {
            started.start();
        } catch (IOException | RuntimeException e) {
            close();
            throw explained(e);
        }
    }

    @Override
    public CompletionStage<byte[]> propose(byte[] entry) {
        RaftServer running = server;
        if (running == null) {
            return CompletableFuture.failedFuture(new IOException("The quorum is not running"));
        }
        RaftClientRequest request =
                RaftClientRequest.newBuilder()
                        .setClientId(clientId)
                        .setServerId(running.getId())
                        .setGroupId(GROUP)
                        .setCallId(callIds.incrementAndGet())
                        .setMessage(Message.valueOf(ByteString.copyFrom(entry)))
                        .setType(RaftClientRequest.writeRequestType())
                        .build();
        try {
            return running.submitClientRequestAsync(request)
                    .handle(
                            (reply, failure) -> {
                                if (failure != null) {
                                    throw new CompletionException(unknownFate(failure));
                                }
                                return answer(reply);
                            });
        } catch (IOException e) {
            return CompletableFuture.failedFuture(unknownFate(e));
        }
    }

    @Override
    public Leadership leadership() {
        RatisStateMachine machine = stateMachine;
        return machine == null ? Leadership.NONE : machine.leadership();
    }

    @Override
    public synchronized void close() {
        RaftServer running = server;
        FolderLock held = lock;
        server = null;
        lock = null;
        try (held) {
            if (running != null) {
                running.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The quorum could not be closed", e);
        }
    }

    private byte[] answer(RaftClientReply reply) {
        if (reply.isSuccess()) {
            return reply.getMessage().getContent().toByteArray();
        }
        var notLeader = reply.getNotLeaderException();
        if (notLeader != null) {
            throw new CompletionException(
                    new NotLeaderException(
                            Optional.ofNullable(notLeader.getSuggestedLeader())
                                    .map(peer -> peer.getId().toString())));
        }
        if (reply.getException() instanceof LeaderNotReadyException) {
            throw new CompletionException(new NotLeaderException(Optional.empty()));
        }
        throw new CompletionException(unknownFate(reply.getException()));
    }

    private static IOException unknownFate(@Nullable Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? unknownFate(wrapped.getCause())
                : new IOException(
                        "The coordinator's log did not take the entry: " + failure, failure);
    }

    private List<RaftPeer> peers() {
        return settings.peers().stream()
                .map(
                        peer ->
                                RaftPeer.newBuilder()
                                        .setId(peer.id())
                                        .setAddress(peer.host() + ":" + peer.port())
                                        .build())
                .toList();
    }

    private IOException explained(Exception e) {
        return new IOException(
                "The coordinator's folder "
                        + settings.directory().toAbsolutePath()
                        + " cannot be opened: "
                        + e.getMessage(),
                e);
    }
}
