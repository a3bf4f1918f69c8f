package io.tidemark.partition.placement;

import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionIdentity;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.serving.ReplicationSettings;
import io.tidemark.partition.serving.TopicSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this node's partitions what the metadata says: opens, configures, deletes, leads. On the
 * metadata thread, which waits for logs to open; loops take the results in their own time, in
 * order. Topics that an image shares with the one before are passed over.
 */
final class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private final NodeConfig config;
    private final PartitionRegistry registry;
    private final LogOpener opener;
    private final Installer installer;
    private final Executor workers;
    private final PartitionHost host;
    private final Removals removals;
    private final Map<Uuid, TopicImage> applied = new HashMap<>();
    private final Set<Place> withheld = new HashSet<>();

    /** Deletions under way, by partition: its folder's name may be wanted again. */
    private final Map<String, CompletableFuture<?>> underRemoval = new HashMap<>();

    private ReplicationSettings replication;
    private Map<String, Map<String, String>> nodeConfigs = Map.of();
    private boolean active;
    private boolean complete = true;

    /** Makes a partition of an open log. */
    @FunctionalInterface
    interface Installer {
        Partition install(
                PartitionIdentity identity,
                LogOpener.Outcome.Opened opened,
                TopicSettings settings);
    }

    private record Place(Uuid topicId, int index) {}

    private record Opening(PartitionImage image, CompletableFuture<LogOpener.Outcome> outcome) {}

    Reconciler(
            NodeConfig config,
            PartitionRegistry registry,
            LogOpener opener,
            Installer installer,
            Executor workers,
            PartitionHost host,
            ReplicationSettings replication) {
        this.config = config;
        this.registry = registry;
        this.opener = opener;
        this.installer = installer;
        this.workers = workers;
        this.host = host;
        this.removals = new Removals(workers, host);
        this.replication = replication;
    }

    /**
     * Applies an image.
     *
     * @param sessionActive whether heartbeats say that this node counts
     * @param epoch of this node's registration
     * @param mayCreate false where a log that is missing may lie in a directory that failed
     * @param settings of replication, as the image has them
     */
    void apply(
            ClusterImage image,
            boolean sessionActive,
            long epoch,
            boolean mayCreate,
            ReplicationSettings settings) {
        replication = settings;
        underRemoval.values().removeIf(CompletableFuture::isDone);
        boolean nowActive = sessionActive && registered(image, epoch);
        boolean all = nowActive != active || !complete || !image.nodeConfigs().equals(nodeConfigs);
        active = nowActive;
        nodeConfigs = image.nodeConfigs();
        complete = true;
        deleteMissing(image);
        Map<TopicImage, List<Opening>> openings = new HashMap<>();
        for (TopicImage topic : image.topics().values()) {
            TopicImage before = applied.get(topic.id());
            if (all || before != topic) {
                openings.put(topic, openMissing(image, topic, mayCreate));
            }
        }
        openings.forEach((topic, missing) -> follow(image, topic, missing));
    }

    /** Whether a partition could not be created for lack of space: apply again later. */
    boolean complete() {
        return complete;
    }

    /** Whether the last image, and the heartbeats, let this node lead. */
    boolean active() {
        return active;
    }

    private boolean registered(ClusterImage image, long epoch) {
        NodeImage self = image.nodes().get(config.nodeId());
        return self != null && self.epoch() == epoch && !self.fenced();
    }

    private void deleteMissing(ClusterImage image) {
        List<TopicImage> gone =
                applied.values().stream()
                        .filter(topic -> !image.topicNames().containsKey(topic.id()))
                        .toList();
        for (TopicImage topic : gone) {
            applied.remove(topic.id());
            registry.of(topic.id()).toList().forEach(this::delete);
        }
    }

    private void delete(Partition partition) {
        registry.remove(partition);
        partition.directory().partitionRemoved();
        log.info("Deleting {}", partition);
        underRemoval.put(partition.toString(), removals.add(partition));
    }

    private List<Opening> openMissing(ClusterImage image, TopicImage topic, boolean mayCreate) {
        List<Opening> openings = new ArrayList<>();
        TopicSettings settings = settings(image, topic);
        for (PartitionImage partition : topic.partitions()) {
            Place place = new Place(topic.id(), partition.index());
            boolean mine = partition.replicas().contains(config.nodeId());
            if (!mine || registry.find(topic.id(), partition.index()) != null) {
                continue;
            }
            if (lost(partition) && !opener.has(topic.id(), partition.index())) {
                continue; // an empty log would pass for what was lost
            }
            if (!mayCreate) {
                withheld.add(place);
            }
            boolean create = !withheld.contains(place);
            openings.add(new Opening(partition, open(topic, partition, settings, create)));
        }
        return openings;
    }

    /** Whether nobody is left who has the records. */
    private static boolean lost(PartitionImage partition) {
        return partition.isr().isEmpty() && partition.elr().isEmpty();
    }

    /** Whether this node alone has the records of a partition that counts as lost. */
    private boolean isFound(Partition partition, PartitionImage decided) {
        return lost(decided)
                && decided.replicas().equals(List.of(config.nodeId()))
                && partition.directory().online()
                && !partition.stats().corrupt();
    }

    /** Once a folder of that name, which is being deleted, is gone. */
    private CompletableFuture<LogOpener.Outcome> open(
            TopicImage topic, PartitionImage partition, TopicSettings settings, boolean create) {
        int index = partition.index();
        boolean replicated = partition.replicas().size() > 1;
        CompletableFuture<?> gone =
                underRemoval.getOrDefault(
                        topic.name() + "-" + index, CompletableFuture.completedFuture(null));
        return gone.handleAsync(
                (removed, failure) ->
                        opener.open(topic.name(), index, topic.id(), settings, create, replicated),
                workers);
    }

    /** Brings one topic's partitions to the image, once the missing ones are open. */
    private void follow(ClusterImage image, TopicImage topic, List<Opening> missing) {
        TopicSettings settings = settings(image, topic);
        for (Opening opening : missing) {
            PartitionImage decided = opening.image;
            switch (opening.outcome.join()) {
                case LogOpener.Outcome.Opened opened -> begin(topic, decided, opened, settings);
                case LogOpener.Outcome.NoSpace full -> complete = false;
                case LogOpener.Outcome.Unavailable unavailable -> {
                    // Requests are answered with KAFKA_STORAGE_ERROR: it is not in the registry.
                    // And it is never made anew elsewhere, as if it had never been.
                    withheld.add(new Place(topic.id(), decided.index()));
                    if (decided.replicas().size() > 1 && decided.isr().contains(config.nodeId())) {
                        host.lost(
                                new PartitionId(topic.id(), decided.index()),
                                "its log cannot be opened");
                    }
                }
            }
        }
        boolean nowActive = active;
        for (Partition partition : registry.of(topic.id()).toList()) {
            Optional<PartitionImage> decided = topic.partition(partition.index());
            if (decided.isEmpty() || !decided.get().replicas().contains(config.nodeId())) {
                delete(partition);
            } else {
                if (isFound(partition, decided.get())) {
                    host.found(new PartitionId(topic.id(), partition.index()));
                }
                partition
                        .loop()
                        .execute(
                                () -> {
                                    partition.configure(settings);
                                    partition.apply(decided.get(), nowActive);
                                });
            }
        }
        applied.put(topic.id(), topic);
    }

    /**
     * Lets go of a partition whose files were taken away, and opens what is left of them with the
     * next image or attempt. Nothing that it claims to have counts until it has it again.
     */
    void reopen(Partition partition) {
        if (registry.find(partition.topicId(), partition.index()) != partition) {
            return;
        }
        registry.remove(partition);
        opener.putBack(partition);
        underRemoval.put(
                partition.toString(),
                partition
                        .ask(Partition::release)
                        .thenCompose(released -> released)
                        .thenAccept(PartitionLog::abandon));
        complete = false;
        TopicImage topic = applied.get(partition.topicId());
        if (topic != null
                && topic.partition(partition.index())
                        .filter(decided -> decided.replicas().size() > 1)
                        .isPresent()) {
            host.lost(
                    new PartitionId(partition.topicId(), partition.index()),
                    "its files were taken away");
        }
    }

    /** Puts a partition with another log in the place of one that was let go of. */
    void reinstall(Partition before, LogOpener.Outcome.Opened opened, TopicSettings settings) {
        TopicImage topic = applied.get(before.topicId());
        if (topic == null) {
            throw new IllegalStateException("%s is gone".formatted(before));
        }
        PartitionImage decided = topic.partition(before.index()).orElseThrow();
        begin(topic, decided, opened, settings);
        Partition partition = registry.find(before.topicId(), before.index());
        boolean nowActive = active;
        if (partition != null) {
            partition.loop().execute(() -> partition.apply(decided, nowActive));
        }
    }

    private void begin(
            TopicImage topic,
            PartitionImage decided,
            LogOpener.Outcome.Opened opened,
            TopicSettings settings) {
        Partition partition =
                installer.install(
                        new PartitionIdentity(topic.id(), topic.name(), decided.index()),
                        opened,
                        settings);
        registry.add(partition);
        partition.loop().execute(() -> partition.begin(decided, opened.created()));
    }

    private TopicSettings settings(ClusterImage image, TopicImage topic) {
        return TopicSettings.of(
                EffectiveConfigs.ofTopic(image, topic, config.nodeId(), config.staticConfigs()),
                replication);
    }
}
