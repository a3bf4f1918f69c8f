package io.tidemark.gateway.admin;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.config.ConfigEntry;
import io.tidemark.metadata.config.ConfigSource;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerRequest;
import tools.jackson.databind.node.ObjectNode;

/** What has settings: a topic, a broker, or all brokers together. */
sealed interface ConfigOwner {

    /** The path of its settings below {@code /v3}. */
    String path();

    /** For people. */
    String description();

    /** The kind of one setting's resource. */
    String kind();

    /** Which one a request is for, where its settings may be read. */
    String readable(ServerRequest request, ClusterImage image);

    /** Which one a request is for, where its settings may be changed. */
    String changeable(ServerRequest request, ClusterImage image);

    /** All settings, ordered by name. */
    List<ConfigEntry> entries(ClusterImage image, String name);

    /** Whether nothing sets it here. */
    boolean isDefault(ConfigEntry entry);

    Command command(String name, List<ConfigChange> changes, boolean validateOnly);

    /** The URL's segments below the cluster. */
    String[] segments(String name);

    /** The resource name's parts below the cluster. */
    List<String> crn(String name);

    /** Adds which one it is. */
    void identify(String name, ObjectNode json);

    /** The source's name in v3. */
    static String sourceName(ConfigSource source) {
        return switch (source) {
            case TOPIC -> "DYNAMIC_TOPIC_CONFIG";
            case DYNAMIC_NODE -> "DYNAMIC_BROKER_CONFIG";
            case DYNAMIC_DEFAULT_NODE -> "DYNAMIC_DEFAULT_BROKER_CONFIG";
            case STATIC_NODE -> "STATIC_BROKER_CONFIG";
            case DEFAULT -> "DEFAULT_CONFIG";
        };
    }

    /** A topic's settings. */
    record Topic(Cluster cluster) implements ConfigOwner {
        @Override
        public String path() {
            return "/clusters/{cluster}/topics/{topic}/configs";
        }

        @Override
        public String description() {
            return "a topic";
        }

        @Override
        public String kind() {
            return "KafkaTopicConfig";
        }

        @Override
        public String readable(ServerRequest request, ClusterImage image) {
            return find(request, image, Operation.DESCRIBE_CONFIGS);
        }

        @Override
        public String changeable(ServerRequest request, ClusterImage image) {
            return find(request, image, Operation.ALTER_CONFIGS);
        }

        private String find(ServerRequest request, ClusterImage image, Operation operation) {
            return cluster.topic(image, request.pathVariable("topic"), operation).name();
        }

        @Override
        public List<ConfigEntry> entries(ClusterImage image, String name) {
            TopicImage topic =
                    image.topic(name).orElseThrow(() -> ApiError.topicNotFound(name).exception());
            int leader =
                    topic.partitions().isEmpty()
                            ? PartitionImage.NO_LEADER
                            : topic.partitions().getFirst().leader();
            return EffectiveConfigs.ofTopic(image, topic, leader, Map.of()).entries();
        }

        @Override
        public boolean isDefault(ConfigEntry entry) {
            return entry.source() != ConfigSource.TOPIC;
        }

        @Override
        public Command command(String name, List<ConfigChange> changes, boolean validateOnly) {
            return new Command.AlterTopicConfigs(name, changes, validateOnly);
        }

        @Override
        public String[] segments(String name) {
            return new String[] {"topics", name, "configs"};
        }

        @Override
        public List<String> crn(String name) {
            return List.of("topic", name);
        }

        @Override
        public void identify(String name, ObjectNode json) {
            json.put("topic_name", name);
        }
    }

    /** A broker's settings. */
    record Broker(Cluster cluster) implements ConfigOwner {
        @Override
        public String path() {
            return "/clusters/{cluster}/brokers/{broker}/configs";
        }

        @Override
        public String description() {
            return "a broker";
        }

        @Override
        public String kind() {
            return "KafkaBrokerConfig";
        }

        @Override
        public String readable(ServerRequest request, ClusterImage image) {
            return find(request, image, Operation.DESCRIBE_CONFIGS);
        }

        @Override
        public String changeable(ServerRequest request, ClusterImage image) {
            return find(request, image, Operation.ALTER_CONFIGS);
        }

        private String find(ServerRequest request, ClusterImage image, Operation operation) {
            cluster.requireCluster(operation);
            return Integer.toString(cluster.node(image, request.pathVariable("broker")).id());
        }

        @Override
        public List<ConfigEntry> entries(ClusterImage image, String name) {
            return EffectiveConfigs.ofNode(image, Integer.parseInt(name), Map.of()).entries();
        }

        @Override
        public boolean isDefault(ConfigEntry entry) {
            return entry.source() == ConfigSource.DEFAULT;
        }

        @Override
        public Command command(String name, List<ConfigChange> changes, boolean validateOnly) {
            return new Command.AlterNodeConfigs(name, changes, validateOnly);
        }

        @Override
        public String[] segments(String name) {
            return new String[] {"brokers", name, "configs"};
        }

        @Override
        public List<String> crn(String name) {
            return List.of("broker", name);
        }

        @Override
        public void identify(String name, ObjectNode json) {
            json.put("broker_id", Integer.parseInt(name));
        }
    }

    /** What is set for all brokers. */
    record AllBrokers(Cluster cluster) implements ConfigOwner {
        @Override
        public String path() {
            return "/clusters/{cluster}/broker-configs";
        }

        @Override
        public String description() {
            return "all brokers";
        }

        @Override
        public String kind() {
            return "KafkaClusterConfig";
        }

        @Override
        public String readable(ServerRequest request, ClusterImage image) {
            cluster.requireCluster(Operation.DESCRIBE_CONFIGS);
            return "";
        }

        @Override
        public String changeable(ServerRequest request, ClusterImage image) {
            cluster.requireCluster(Operation.ALTER_CONFIGS);
            return "";
        }

        @Override
        public List<ConfigEntry> entries(ClusterImage image, String name) {
            return EffectiveConfigs.ofNode(image, PartitionImage.NO_LEADER, Map.of()).entries();
        }

        @Override
        public boolean isDefault(ConfigEntry entry) {
            return entry.source() == ConfigSource.DEFAULT;
        }

        @Override
        public Command command(String name, List<ConfigChange> changes, boolean validateOnly) {
            return new Command.AlterNodeConfigs("", changes, validateOnly);
        }

        @Override
        public String[] segments(String name) {
            return new String[] {"broker-configs"};
        }

        @Override
        public List<String> crn(String name) {
            return List.of();
        }

        @Override
        public void identify(String name, ObjectNode json) {
            json.put("config_type", "BROKER");
        }
    }
}
