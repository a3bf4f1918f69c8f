package io.tidemark.coordinator.quorum;

import io.tidemark.metadata.control.QuorumStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
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
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(RatisQuorum.class);
    private static final long REOPEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final QuorumSettings settings;
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private volatile @Nullable RatisStateMachine stateMachine;
    private volatile @Nullable RaftServer server;
    private volatile RaftServer.@Nullable Division division;
    private @Nullable FolderLock lock;

    public RatisQuorum(QuorumSettings settings) {
        this.settings = settings;
    }

    @Override
    public synchronized void start(Replica starting) throws IOException {
        if (lock != null) {
            throw new IllegalStateException("Already started");
        }
        lock = FolderLock.take(settings.directory());
        try {
            open(starting);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void open(Replica replica) throws IOException {
        RatisStateMachine machine =
                new RatisStateMachine(settings.id(), replica, () -> logFailed(replica));
        try {
            LogTail.cut(settings.directory());
            RaftServer opened =
                    RaftServer.newBuilder()
                            .setServerId(RaftPeerId.valueOf(settings.id()))
                            .setGroup(RaftGroup.valueOf(GROUP, peers()))
                            .setStateMachine(machine)
                            .setProperties(RatisProperties.of(settings))
                            .setOption(RaftStorage.StartupOption.RECOVER)
                            .build();
            server = opened;
            stateMachine = machine;
            opened.start();
            RaftServer.Division running = opened.getDivision(GROUP);
            requireSameMembers(running);
            division = running;
        } catch (IOException | RuntimeException e) {
            closeServer();
            throw explained(e);
        }
    }

    /**
     * Ratis goes on with the members it has stored, whatever it is told: two halves of a cluster
     * would count majorities of different wholes.
     */
    private void requireSameMembers(RaftServer.Division running) throws IOException {
        Set<String> stored =
                running.getRaftConf().getAllPeers().stream()
                        .map(peer -> peer.getId().toString())
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> wanted =
                settings.peers().stream()
                        .map(QuorumSettings.Peer::id)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (!stored.equals(wanted)) {
            throw new IOException(
                    "this cluster was made with the coordinators %s, which cannot be changed, and tidemark.coordinator.peers names %s"
                            .formatted(String.join(", ", stored), String.join(", ", wanted)));
        }
    }

    /**
     * The disk is full or fails. Ratis never writes to such a log again, so it is opened anew,
     * until that succeeds: the replica starts over from what is on disk.
     */
    void logFailed(Replica replica) {
        RatisStateMachine failed = stateMachine;
        if (failed != null && failed.resign()) {
            Thread.ofPlatform().daemon().name("quorum-reopen").start(() -> reopen(replica));
        }
    }

    private void reopen(Replica replica) {
        while (true) {
            LockSupport.parkNanos(REOPEN_NANOS);
            synchronized (this) {
                if (lock == null) {
                    return; // closed meanwhile
                }
                try {
                    closeServer();
                    replica.reset();
                    open(replica);
                    LOG.info("The coordinator's log is open again");
                    return;
                } catch (IOException | RuntimeException e) {
                    LOG.warn("The coordinator's log cannot be opened yet: {}", e.toString());
                }
            }
        }
    }

    @Override
    public CompletionStage<byte[]> propose(byte[] entry) {
        RaftServer running = server;
        if (running == null) {
            return CompletableFuture.failedFuture(new NotLeaderException(Optional.empty()));
        }
        Leadership now = leadership();
        if (!now.leading()) {
            return CompletableFuture.failedFuture(new NotLeaderException(now.leaderId()));
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
        RaftServer.@Nullable Division running = division;
        Leadership told = machine == null ? Leadership.NONE : machine.leadership();
        return running == null
                ? told
                : new Leadership(
                        told.leading(), told.leaderId(), running.getInfo().getCurrentTerm());
    }

    @Override
    public QuorumStatus status() {
        RaftServer running = server;
        Leadership now = leadership();
        String leaderId = now.leaderId().orElse("");
        if (running == null) {
            return new QuorumStatus(leaderId, now.epoch(), RaftLog.INVALID_LOG_INDEX, List.of());
        }
        try {
            return QuorumMembers.status(settings, leaderId, running.getDivision(GROUP));
        } catch (IOException e) {
            throw new UncheckedIOException("The quorum's group is not open", e);
        }
    }

    @Override
    public LogProgress progress() {
        RatisStateMachine machine = stateMachine;
        RaftServer.@Nullable Division running = division;
        return machine == null || running == null
                ? LogProgress.NONE
                : machine.progress(
                        running.getRaftLog().getLastCommittedIndex(),
                        running.getInfo().getLastAppliedIndex());
    }

    /** A log that failed is opened anew until that succeeds, which counts as alive. */
    @Override
    public boolean alive() {
        RaftServer.@Nullable Division running = division;
        RatisStateMachine machine = stateMachine;
        return running == null
                || machine == null
                || machine.hasResigned()
                || running.getInfo().isAlive();
    }

    @Override
    public synchronized void close() {
        try (FolderLock held = lock) {
            lock = null;
            closeServer();
        } catch (IOException e) {
            throw new UncheckedIOException("The quorum could not be closed", e);
        }
    }

    private void closeServer() throws IOException {
        RaftServer running = server;
        server = null;
        division = null;
        if (running != null) {
            running.close();
        }
    }

    /**
     * An entry that was taken while this member led may be committed by the next leader: Ratis'
     * NotLeaderException says nothing about its fate.
     */
    private static byte[] answer(RaftClientReply reply) {
        if (reply.isSuccess()) {
            return reply.getMessage().getContent().toByteArray();
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
