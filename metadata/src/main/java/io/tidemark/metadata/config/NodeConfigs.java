package io.tidemark.metadata.config;

import static io.tidemark.metadata.config.DefinitionBuilder.ofBoolean;
import static io.tidemark.metadata.config.DefinitionBuilder.ofInt;
import static io.tidemark.metadata.config.DefinitionBuilder.ofLong;
import static io.tidemark.metadata.config.DefinitionBuilder.ofText;
import static io.tidemark.metadata.config.DefinitionBuilder.ofUnset;

import io.tidemark.metadata.config.ConfigDefinition.Synonym;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of nodes, under the names of Kafka's broker configs: the defaults for topics, and what
 * admin tools look for.
 */
public final class NodeConfigs {
    public static final String NUM_PARTITIONS = "num.partitions";
    public static final String MAX_PARTITIONS = "max.partitions";
    public static final String DEFAULT_REPLICATION_FACTOR = "default.replication.factor";
    public static final String AUTO_CREATE_TOPICS_ENABLE = "auto.create.topics.enable";
    public static final String NODE_ID = "node.id";
    public static final String BROKER_ID = "broker.id";
    public static final String BROKER_RACK = "broker.rack";
    public static final String LISTENERS = "listeners";
    public static final String ADVERTISED_LISTENERS = "advertised.listeners";
    public static final String LOG_DIRS = "log.dirs";

    public static final String REPLICA_LAG_TIME_MAX_MS = "replica.lag.time.max.ms";
    public static final String REPLICA_FETCH_WAIT_MAX_MS = "replica.fetch.wait.max.ms";
    public static final String REPLICA_FETCH_MAX_BYTES = "replica.fetch.max.bytes";
    public static final String REPLICA_FETCH_RESPONSE_MAX_BYTES =
            "replica.fetch.response.max.bytes";
    public static final String LEADER_REPLICATION_THROTTLED_RATE =
            "leader.replication.throttled.rate";
    public static final String FOLLOWER_REPLICATION_THROTTLED_RATE =
            "follower.replication.throttled.rate";
    public static final String REPLICA_ALTER_LOG_DIRS_RATE =
            "replica.alter.log.dirs.io.max.bytes.per.second";
    public static final String REPLICA_SELECTOR_CLASS = "replica.selector.class";
    public static final String LEADER_SELECTOR = "org.apache.kafka.common.replica.LeaderSelector";
    public static final String RACK_AWARE_SELECTOR =
            "org.apache.kafka.common.replica.RackAwareReplicaSelector";

    private static final int MIB = 1024 * 1024;

    static final ConfigDefinitions DEFINITIONS =
            new ConfigDefinitions("node", definitions(), UnservedNodeConfigs::reason);

    private NodeConfigs() {}

    private static List<ConfigDefinition> definitions() {
        List<ConfigDefinition> all = new ArrayList<>(own());
        all.addAll(replication());
        Set<String> seen = new HashSet<>();
        for (ConfigDefinition topic : TopicConfigs.DEFINITIONS.all()) {
            for (Synonym synonym : topic.synonyms()) {
                if (seen.add(synonym.name())) {
                    all.add(topicDefault(topic, synonym));
                }
            }
        }
        return all;
    }

    private static List<ConfigDefinition> own() {
        return List.of(
                ofInt(NUM_PARTITIONS, 1, 1)
                        .doc("Partitions of a topic that is created without a number of its own."),
                ofInt(MAX_PARTITIONS, 50_000, 1)
                        .doc(
                                "How many partitions the cluster has at most, all topics together: none is created beyond. Set for all nodes (KIP-578's name)."),
                ofInt(DEFAULT_REPLICATION_FACTOR, 1, 1)
                        .doc("Replicas of a topic that is created without a number of its own."),
                ofBoolean(AUTO_CREATE_TOPICS_ENABLE, false)
                        .important()
                        .readOnly()
                        .doc(
                                "Whether a Metadata request of a Kafka client creates the topics it names."),
                ofBoolean("delete.topic.enable", true)
                        .important()
                        .readOnly()
                        .doc("Whether topics can be deleted."),
                ofUnset(NODE_ID, ConfigType.INT, 0).important().readOnly().doc("The node's id."),
                ofUnset(BROKER_ID, ConfigType.INT, 0)
                        .important()
                        .readOnly()
                        .doc("The node's id, by its old name."),
                ofText(BROKER_RACK, null).readOnly().doc("The rack or zone the node stands in."),
                ofText(LISTENERS, null)
                        .important()
                        .readOnly()
                        .doc("The addresses the node listens on."),
                ofText(ADVERTISED_LISTENERS, null)
                        .important()
                        .readOnly()
                        .doc("The addresses the node is reached at."),
                ofText(LOG_DIRS, null)
                        .important()
                        .readOnly()
                        .doc("The directories that hold the partitions."));
    }

    private static List<ConfigDefinition> replication() {
        return List.of(
                ofLong(REPLICA_LAG_TIME_MAX_MS, 10_000, 1_000)
                        .important()
                        .doc(
                                "A replica that has not been level with its leader for so long, in ms, leaves the in-sync replicas."),
                ofInt(REPLICA_FETCH_WAIT_MAX_MS, 500, 1)
                        .doc(
                                "How long a leader without news holds a follower's fetch back, in ms."),
                ofInt(REPLICA_FETCH_MAX_BYTES, 4 * MIB, 1024)
                        .doc(
                                "The most that a follower asks for of one partition at a time, but for a batch that is larger."),
                ofInt(REPLICA_FETCH_RESPONSE_MAX_BYTES, 16 * MIB, 1024)
                        .doc("The most that a follower asks one leader for at a time."),
                ofLong(LEADER_REPLICATION_THROTTLED_RATE, 0, 0)
                        .doc(
                                "How many bytes a second each event loop of a leader hands out to replicas that are not in sync; 0 sets no limit."),
                ofLong(FOLLOWER_REPLICATION_THROTTLED_RATE, 0, 0)
                        .doc(
                                "How many bytes a second each event loop of a follower copies of partitions that it is not in sync in; 0 sets no limit."),
                ofLong(REPLICA_ALTER_LOG_DIRS_RATE, 0, 0)
                        .doc(
                                "How many bytes a second a replica is copied with that moves between a node's log directories; 0 sets no limit."),
                ofText(REPLICA_SELECTOR_CLASS, LEADER_SELECTOR)
                        .oneOf(LEADER_SELECTOR, RACK_AWARE_SELECTOR)
                        .doc(
                                "Whom consumers that name their rack read from: the leader, or an in-sync replica in their own rack."));
    }

    /** The node-wide default of a topic's key. */
    private static ConfigDefinition topicDefault(ConfigDefinition topic, Synonym synonym) {
        Optional<String> defaultValue =
                synonym.factor() == 1
                        ? topic.defaultValue()
                        : topic.defaultValue()
                                .map(
                                        value ->
                                                Long.toString(
                                                        Long.parseLong(value) / synonym.factor()));
        boolean strongest = topic.synonyms().getFirst().equals(synonym);
        boolean weakest = topic.synonyms().getLast().equals(synonym);
        ConfigType type = synonym.factor() == 1 ? topic.type() : ConfigType.INT;
        return new ConfigDefinition(
                synonym.name(),
                type,
                weakest ? defaultValue : Optional.empty(),
                topic.rule(),
                topic.importance(),
                "Default of the topics' "
                        + topic.name()
                        + (strongest ? ". " : ", where no finer unit is set. ")
                        + topic.documentation(),
                !strongest,
                topic.sensitive(),
                strongest ? topic.synonyms().subList(1, topic.synonyms().size()) : List.of());
    }
}
