package io.tidemark.coordinator.quorum;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries Ratis' calls to a {@link Replica}. A snapshot is one file, {@code
 * sm/snapshot.<term>_<index>}, with its MD5 beside it; it is forced to disk and checked when it is
 * read.
 */
final class RatisStateMachine extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(RatisStateMachine.class);

    private final String id;
    private final Replica replica;
    private final Runnable onLogFailed;
    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private volatile Leadership leadership = Leadership.NONE;
    private boolean resigned;

    RatisStateMachine(String id, Replica replica, Runnable onLogFailed) {
        this.id = id;
        this.replica = replica;
        this.onLogFailed = onLogFailed;
    }

    Leadership leadership() {
        return leadership;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
            throws IOException {
        super.initialize(server, groupId, raftStorage);
        getLifeCycle().startAndTransition(() -> restore(raftStorage), IOException.class);
    }

    private void restore(RaftStorage raftStorage) throws IOException {
        storage.init(raftStorage);
        loadSnapshot();
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        storage.loadLatestSnapshot();
        loadSnapshot();
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    private void loadSnapshot() throws IOException {
        SingleFileSnapshotInfo snapshot = storage.getLatestSnapshot();
        if (snapshot == null) {
            return;
        }
        Path file = snapshot.getFile().getPath();
        MD5Hash expected = snapshot.getFile().getFileDigest();
        if (expected != null && !expected.equals(MD5FileUtil.computeMd5ForFile(file.toFile()))) {
            throw new IOException("The coordinator's snapshot " + file + " is damaged");
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            replica.readSnapshot(in);
        }
        setLastAppliedTermIndex(snapshot.getTermIndex());
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return storage;
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex last = getLastAppliedTermIndex();
        if (last.getIndex() < 0) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        File file = storage.getSnapshotFile(last.getTerm(), last.getIndex());
        Path written = file.toPath().resolveSibling(file.getName() + ".writing");
        try (FileOutputStream out = new FileOutputStream(written.toFile())) {
            OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
            replica.writeSnapshot(buffered);
            buffered.flush();
            out.getFD().sync();
        }
        Files.move(written, file.toPath(), StandardCopyOption.ATOMIC_MOVE);
        MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file);
        storage.updateLatestSnapshot(
                new SingleFileSnapshotInfo(
                        new FileInfo(file.toPath(), digest), last.getTerm(), last.getIndex()));
        return last.getIndex();
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        byte[] data = entry.getStateMachineLogEntry().getLogData().toByteArray();
        byte[] answer = replica.apply(entry.getIndex(), data);
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(answer)));
    }

    LogProgress progress(long committedIndex, long appliedIndex) {
        SingleFileSnapshotInfo snapshot = storage.getLatestSnapshot();
        if (snapshot == null) {
            return new LogProgress(committedIndex, appliedIndex, -1, -1, -1);
        }
        File file = snapshot.getFile().getPath().toFile();
        return new LogProgress(
                committedIndex,
                appliedIndex,
                snapshot.getIndex(),
                file.lastModified(),
                file.length());
    }

    @Override
    public void notifyLeaderReady() {
        change(new Leadership(true, Optional.of(id), term()));
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId newLeader) {
        String leaderId = newLeader == null ? "" : newLeader.toString();
        if (!leaderId.equals(id)) {
            change(
                    new Leadership(
                            false,
                            leaderId.isEmpty() ? Optional.empty() : Optional.of(leaderId),
                            term()));
        }
    }

    /** This member has stopped to lead: another one does, or it has lost the majority. */
    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        change(new Leadership(false, Optional.empty(), term()));
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
        LOG.error("The coordinator's log cannot be written: {}", cause.toString());
        onLogFailed.run();
    }

    private long term() {
        return Math.max(leadership.epoch(), getLastAppliedTermIndex().getTerm());
    }

    /** Ends this machine's part; false where it has ended before. */
    synchronized boolean resign() {
        if (resigned) {
            return false;
        }
        change(new Leadership(false, Optional.empty(), term()));
        resigned = true;
        return true;
    }

    /** Whether its part has ended. */
    synchronized boolean hasResigned() {
        return resigned;
    }

    private synchronized void change(Leadership next) {
        if (!resigned && !next.equals(leadership)) {
            leadership = next;
            replica.leadershipChanged(next);
        }
    }
}
