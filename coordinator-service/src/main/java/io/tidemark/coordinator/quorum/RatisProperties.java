package io.tidemark.coordinator.quorum;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Translates {@link QuorumSettings} into Ratis' keys. */
final class RatisProperties {
    /** The first wait of a member that is alone: nobody can answer, so it need not wait. */
    private static final int ALONE_TIMEOUT_MS = 10;

    /** A member that was suspended for long must come back, not shut itself down. */
    private static final TimeDuration PAUSE_LIMIT = TimeDuration.valueOf(1, TimeUnit.HOURS);

    /** Of the wait for a leader: a member that wakes later than by this waits anew. */
    private static final int LATE_SHARE = 5;

    private RatisProperties() {}

    static RaftProperties of(QuorumSettings settings) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(properties, List.of(settings.directory().toFile()));
        timing(properties, settings);
        log(properties);
        snapshots(properties, settings);
        threads(properties, settings);
        transport(properties, settings);
        return properties;
    }

    private static void timing(RaftProperties properties, QuorumSettings settings) {
        long electionMs = settings.electionTimeout().toMillis();
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, ms(electionMs));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, ms(2 * electionMs));
        // Who has waited for longer than it meant to was not scheduled, and judges nobody by that.
        RaftServerConfigKeys.setSleepDeviationThreshold(properties, ms(electionMs / LATE_SHARE));
        if (settings.alone()) {
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, ms(ALONE_TIMEOUT_MS));
            RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
                    properties, ms(2 * ALONE_TIMEOUT_MS));
        }
        RaftServerConfigKeys.setCloseThreshold(properties, PAUSE_LIMIT);
        RaftServerConfigKeys.RetryCache.setExpiryTime(
                properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
    }

    /**
     * An entry counts as written only once it was forced (fdatasync): neither {@code unsafe-flush}
     * nor {@code async-flush}. Caches are small, for most entries are; the longest may have 4 MB,
     * such as a group of some thousand members.
     */
    private static void log(RaftProperties properties) {
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("4MB"));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("16MB"));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf("8MB"));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(
                properties, SizeInBytes.valueOf("4MB"));
    }

    private static void snapshots(RaftProperties properties, QuorumSettings settings) {
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(
                properties, settings.snapshotThreshold());
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, settings.snapshotsKept());
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(
                properties, (int) Math.min(1024, settings.snapshotThreshold()));
    }

    private static void threads(RaftProperties properties, QuorumSettings settings) {
        int size = settings.alone() ? 2 : 8;
        RaftServerConfigKeys.ThreadPool.setProxyCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setProxySize(properties, size);
        RaftServerConfigKeys.ThreadPool.setServerCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setServerSize(properties, size);
        RaftServerConfigKeys.ThreadPool.setClientCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setClientSize(properties, size);
    }

    private static void transport(RaftProperties properties, QuorumSettings settings) {
        if (settings.alone()) {
            properties.set(RaftConfigKeys.Rpc.TYPE_KEY, NoTransport.class.getName());
            return;
        }
        RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
        settings.peers().stream()
                .filter(peer -> peer.id().equals(settings.id()))
                .forEach(
                        self -> {
                            GrpcConfigKeys.Server.setHost(properties, self.host());
                            GrpcConfigKeys.Server.setPort(properties, self.port());
                        });
    }

    private static TimeDuration ms(long value) {
        return TimeDuration.valueOf(value, TimeUnit.MILLISECONDS);
    }
}
