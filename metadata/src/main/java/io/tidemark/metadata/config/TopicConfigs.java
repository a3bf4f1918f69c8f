package io.tidemark.metadata.config;

import static io.tidemark.metadata.config.DefinitionBuilder.ofBoolean;
import static io.tidemark.metadata.config.DefinitionBuilder.ofInt;
import static io.tidemark.metadata.config.DefinitionBuilder.ofList;
import static io.tidemark.metadata.config.DefinitionBuilder.ofLong;
import static io.tidemark.metadata.config.DefinitionBuilder.ofRatio;
import static io.tidemark.metadata.config.DefinitionBuilder.ofText;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of topics: all of Kafka 4's, and {@link #FLUSH} of our own.
 *
 * @see <a href="https://kafka.apache.org/documentation/#topicconfigs">Kafka's topic configs</a>
 */
public final class TopicConfigs {
    public static final String CLEANUP_POLICY = "cleanup.policy";
    public static final String RETENTION_MS = "retention.ms";
    public static final String RETENTION_BYTES = "retention.bytes";
    public static final String FILE_DELETE_DELAY_MS = "file.delete.delay.ms";
    public static final String SEGMENT_BYTES = "segment.bytes";
    public static final String SEGMENT_MS = "segment.ms";
    public static final String SEGMENT_JITTER_MS = "segment.jitter.ms";
    public static final String SEGMENT_INDEX_BYTES = "segment.index.bytes";
    public static final String INDEX_INTERVAL_BYTES = "index.interval.bytes";
    public static final String FLUSH = "flush";
    public static final String FLUSH_MESSAGES = "flush.messages";
    public static final String FLUSH_MS = "flush.ms";
    public static final String MAX_MESSAGE_BYTES = "max.message.bytes";
    public static final String MIN_INSYNC_REPLICAS = "min.insync.replicas";
    public static final String MESSAGE_TIMESTAMP_TYPE = "message.timestamp.type";
    public static final String MESSAGE_TIMESTAMP_BEFORE_MAX_MS = "message.timestamp.before.max.ms";
    public static final String MESSAGE_TIMESTAMP_AFTER_MAX_MS = "message.timestamp.after.max.ms";
    public static final String COMPRESSION_TYPE = "compression.type";

    /** {@link #COMPRESSION_TYPE}: batches are stored as the producer compressed them. */
    public static final String AS_PRODUCED = "producer";

    /** {@link #COMPRESSION_TYPE}: batches are not compressed. */
    public static final String UNCOMPRESSED = "uncompressed";

    public static final String COMPRESSION_GZIP_LEVEL = "compression.gzip.level";
    public static final String COMPRESSION_LZ4_LEVEL = "compression.lz4.level";
    public static final String COMPRESSION_ZSTD_LEVEL = "compression.zstd.level";

    private static final long HOUR_MS = 3_600_000L;
    private static final int MIB = 1024 * 1024;
    static final String NO_COMPACTION = "log compaction is not available yet";
    static final String NO_TIERS = "tiered storage is not available";

    static final ConfigDefinitions DEFINITIONS =
            new ConfigDefinitions(
                    "topic",
                    Stream.of(retention(), segments(), records(), compaction(), tiers())
                            .flatMap(List::stream)
                            .toList(),
                    name -> Optional.empty());

    private TopicConfigs() {}

    /**
     * A topic's own settings with {@link #FLUSH} spelled out where only Kafka's names say what it
     * is: an interval that never comes, in records and in ms, leaves syncing to the system; any
     * other is kept by syncing before each acknowledgement.
     */
    static Map<String, String> withFlush(Map<String, String> configs) {
        boolean silent = !configs.containsKey(FLUSH_MESSAGES) && !configs.containsKey(FLUSH_MS);
        if (configs.containsKey(FLUSH) || silent) {
            return configs;
        }
        boolean never =
                configs.containsKey(FLUSH_MESSAGES)
                        && isNever(configs, FLUSH_MESSAGES)
                        && isNever(configs, FLUSH_MS);
        if (!never && isNever(configs, FLUSH_MESSAGES) && isNever(configs, FLUSH_MS)) {
            return configs; // flush.ms alone, at its default
        }
        Map<String, String> spelled = new HashMap<>(configs);
        spelled.put(FLUSH, never ? "os" : "fsync");
        return spelled;
    }

    private static boolean isNever(Map<String, String> configs, String key) {
        return Long.toString(Long.MAX_VALUE)
                .equals(configs.getOrDefault(key, Long.toString(Long.MAX_VALUE)).strip());
    }

    /**
     * What is wrong with settings that are each valid but not together; checked on the settings as
     * they will be after a change.
     */
    public static Optional<String> conflict(Map<String, String> configs) {
        boolean unsynced = "os".equals(configs.getOrDefault(FLUSH, "fsync").strip());
        return Stream.of(FLUSH_MESSAGES, FLUSH_MS)
                .filter(key -> unsynced && !isNever(configs, key))
                .map(
                        key ->
                                "Invalid value '"
                                        + configs.get(key)
                                        + "' for "
                                        + key
                                        + ": with flush=os nothing is synced at an interval; unset"
                                        + " one of the two")
                .findFirst();
    }

    private static List<ConfigDefinition> retention() {
        return List.of(
                ofList(CLEANUP_POLICY, "delete")
                        .defaultOnly(NO_COMPACTION)
                        .node("log.cleanup.policy")
                        .doc("What happens to old segments: deleted by age and size."),
                ofLong(RETENTION_MS, 168 * HOUR_MS, -1)
                        .important()
                        .node("log.retention.ms")
                        .node("log.retention.minutes", 60_000)
                        .node("log.retention.hours", HOUR_MS)
                        .doc("How long records are kept, in ms; -1 keeps them for ever."),
                ofLong(RETENTION_BYTES, -1, -1)
                        .important()
                        .node("log.retention.bytes")
                        .doc(
                                "How large a partition may grow before its oldest segments go; -1 sets no limit."),
                ofLong(FILE_DELETE_DELAY_MS, 60_000, 0)
                        .minor()
                        .node("log.segment.delete.delay.ms")
                        .doc("How long the file of a removed segment stays on disk, in ms."));
    }

    private static List<ConfigDefinition> segments() {
        return List.of(
                ofInt(SEGMENT_BYTES, 1024 * MIB, MIB)
                        .node("log.segment.bytes")
                        .doc("The size at which a new segment begins."),
                ofLong(SEGMENT_MS, 168 * HOUR_MS, 1)
                        .node("log.roll.ms")
                        .node("log.roll.hours", HOUR_MS)
                        .doc("The age in ms at which a new segment begins even if it is not full."),
                ofLong(SEGMENT_JITTER_MS, 0, 0)
                        .minor()
                        .node("log.roll.jitter.ms")
                        .node("log.roll.jitter.hours", HOUR_MS)
                        .doc(
                                "The most that segment.ms is shortened by, at random, so that segments do not all roll at once."),
                ofInt(SEGMENT_INDEX_BYTES, 10 * MIB, 4)
                        .minor()
                        .node("log.index.size.max.bytes")
                        .doc("The size of an offset index at which a new segment begins."),
                ofInt(INDEX_INTERVAL_BYTES, 4096, 0)
                        .minor()
                        .node("log.index.interval.bytes")
                        .doc("How many bytes of log lie between two index entries."),
                ofText(FLUSH, "fsync")
                        .important()
                        .oneOf("fsync", "os")
                        .node("log.flush")
                        .doc(
                                "fsync: records are on disk before they are acknowledged. os: they are acknowledged from the page cache, and a power failure can lose them. Tools that know only Kafka's names set flush.messages instead."),
                ofLong(FLUSH_MESSAGES, Long.MAX_VALUE, 1)
                        .node("log.flush.interval.messages")
                        .doc(
                                "Kafka's interval of syncs in records. Where a topic sets it and not flush, 9223372036854775807 (never) means flush=os, any other value flush=fsync, which satisfies it."),
                ofLong(FLUSH_MS, Long.MAX_VALUE, 0)
                        .node("log.flush.interval.ms")
                        .doc(
                                "Kafka's interval of syncs in ms. Where a topic sets it to less than 9223372036854775807 and not flush, it means flush=fsync, which satisfies it."),
                ofBoolean("preallocate", false)
                        .minor()
                        .node("log.preallocate")
                        .defaultOnly("segments grow as they are written")
                        .doc("Whether the file of a segment is created at its full size."));
    }

    private static List<ConfigDefinition> records() {
        return List.of(
                ofInt(MAX_MESSAGE_BYTES, 1_048_588, 0)
                        .important()
                        .node("message.max.bytes")
                        .doc("The largest record batch that is accepted, compressed, in bytes."),
                ofInt(MIN_INSYNC_REPLICAS, 1, 1)
                        .important()
                        .node("min.insync.replicas")
                        .doc(
                                "How many replicas must have a record before acks=all acknowledges it."),
                ofBoolean("unclean.leader.election.enable", false)
                        .important()
                        .node("unclean.leader.election.enable")
                        .defaultOnly(
                                "a leader that lacks acknowledged records is only ever elected by an explicit command")
                        .doc("Whether a replica outside the ISR may become leader by itself."),
                ofText(MESSAGE_TIMESTAMP_TYPE, "CreateTime")
                        .node("log.message.timestamp.type")
                        .oneOf("CreateTime", "LogAppendTime")
                        .doc("Whether a record carries the producer's time or that of its append."),
                ofLong(MESSAGE_TIMESTAMP_BEFORE_MAX_MS, Long.MAX_VALUE, 0)
                        .node("log.message.timestamp.before.max.ms")
                        .doc("How far in the past a record's timestamp may lie, in ms."),
                ofLong(MESSAGE_TIMESTAMP_AFTER_MAX_MS, HOUR_MS, 0)
                        .node("log.message.timestamp.after.max.ms")
                        .doc("How far in the future a record's timestamp may lie, in ms."),
                ofText(COMPRESSION_TYPE, AS_PRODUCED)
                        .node("compression.type")
                        .oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", AS_PRODUCED)
                        .doc(
                                "The compression on disk: what the producer chose, or one that the leader compresses batches with that come otherwise."),
                ofInt(COMPRESSION_GZIP_LEVEL, -1, -1)
                        .minor()
                        .oneOf("-1", "1", "2", "3", "4", "5", "6", "7", "8", "9")
                        .node("compression.gzip.level")
                        .doc("The level where the broker compresses with gzip."),
                ofInt(COMPRESSION_LZ4_LEVEL, 9, 1)
                        .minor()
                        .upTo(17)
                        .node("compression.lz4.level")
                        .doc("The level where the broker compresses with lz4."),
                ofInt(COMPRESSION_ZSTD_LEVEL, 3, -131_072)
                        .minor()
                        .upTo(22)
                        .node("compression.zstd.level")
                        .doc("The level where the broker compresses with zstd."),
                ofList("leader.replication.throttled.replicas", "")
                        .replicas()
                        .doc(
                                "Replicas whose replication is throttled at the leader. Kafka's tools set and clear it; leader.replication.throttled.rate holds for every replica that is not in sync, named here or not."),
                ofList("follower.replication.throttled.replicas", "")
                        .replicas()
                        .doc(
                                "Replicas whose replication is throttled at the follower. Kafka's tools set and clear it; follower.replication.throttled.rate holds for every replica that is not in sync, named here or not."));
    }

    private static List<ConfigDefinition> compaction() {
        return List.of(
                ofLong("delete.retention.ms", 24 * HOUR_MS, 0)
                        .defaultOnly(NO_COMPACTION)
                        .node("log.cleaner.delete.retention.ms")
                        .doc("How long the tombstones of a compacted topic are kept, in ms."),
                ofLong("min.compaction.lag.ms", 0, 0)
                        .defaultOnly(NO_COMPACTION)
                        .node("log.cleaner.min.compaction.lag.ms")
                        .doc("How long a record stays uncompacted at the least, in ms."),
                ofLong("max.compaction.lag.ms", Long.MAX_VALUE, 1)
                        .defaultOnly(NO_COMPACTION)
                        .node("log.cleaner.max.compaction.lag.ms")
                        .doc("How long a record stays uncompacted at the most, in ms."),
                ofRatio("min.cleanable.dirty.ratio", 0.5)
                        .defaultOnly(NO_COMPACTION)
                        .node("log.cleaner.min.cleanable.ratio")
                        .doc("The share of uncompacted log at which compaction begins."));
    }

    private static List<ConfigDefinition> tiers() {
        return List.of(
                ofBoolean("remote.storage.enable", false)
                        .defaultOnly(NO_TIERS)
                        .doc("Whether old segments move to remote storage."),
                ofBoolean("remote.log.copy.disable", false)
                        .defaultOnly(NO_TIERS)
                        .doc("Whether copying to remote storage is stopped."),
                ofBoolean("remote.log.delete.on.disable", false)
                        .defaultOnly(NO_TIERS)
                        .doc(
                                "Whether remote segments are deleted once remote storage is disabled."),
                ofLong("local.retention.ms", -2, -2)
                        .defaultOnly(NO_TIERS)
                        .doc(
                                "How long tiered segments stay local, in ms; -2 follows retention.ms."),
                ofLong("local.retention.bytes", -2, -2)
                        .defaultOnly(NO_TIERS)
                        .doc(
                                "How large tiered partitions grow locally; -2 follows retention.bytes."));
    }
}
