package io.tidemark.metadata.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Kafka's dynamic broker configs that nothing here stands for: whoever sets one is told why, and
 * what to use instead; whoever clears one has what they want.
 *
 * @see <a href="https://kafka.apache.org/documentation/#dynamicbrokerconfigs">Kafka's dynamic
 *     broker configs</a>
 */
final class UnservedNodeConfigs {
    /** Kafka's way to set something for one listener: this, the listener's name, and the key. */
    private static final String OF_A_LISTENER = "listener.name.";

    private static final Map<String, String> REASONS = reasons();

    private UnservedNodeConfigs() {}

    /** Why a key, which may be that of one listener, is not served; empty for all other names. */
    static Optional<String> reason(String name) {
        if (!name.startsWith(OF_A_LISTENER)) {
            return Optional.ofNullable(REASONS.get(name));
        }
        return REASONS.keySet().stream()
                .filter(key -> name.endsWith("." + key))
                .findFirst()
                .map(REASONS::get);
    }

    private static Map<String, String> reasons() {
        Map<String, String> all = new HashMap<>();
        connections(all);
        threads(all);
        security(all);
        logs(all);
        groups(all);
        put(
                all,
                "metrics are read from the management port (/actuator/prometheus) and by JMX; reporters are not loaded",
                "metric.reporters");
        put(
                all,
                "a node loads no providers; write the value itself, or give it to the process as an environment variable",
                "config.providers");
        return Map.copyOf(all);
    }

    private static void connections(Map<String, String> all) {
        put(
                all,
                "a node takes it at its start, as tidemark.partition.max-connections",
                "max.connections");
        put(
                all,
                "a node takes it at its start, as tidemark.partition.max-connections-per-ip",
                "max.connections.per.ip");
        put(
                all,
                "one limit holds for every address, tidemark.partition.max-connections-per-ip at a node's start",
                "max.connections.per.ip.overrides");
        put(
                all,
                "the pace of new connections has no limit; their number has one, tidemark.partition.max-connections at a node's start",
                "max.connection.creation.rate");
        put(
                all,
                "every listener is PLAINTEXT; a node takes its listeners at its start, as tidemark.partition.listener-name and more-listeners",
                "listener.security.protocol.map");
    }

    private static void threads(Map<String, String> all) {
        put(
                all,
                "all work of a node is done by its event loops, whose number is tidemark.partition.event-loops at its start",
                "num.network.threads",
                "num.io.threads",
                "background.threads");
        put(
                all,
                "followers fetch on their event loops, all partitions of a leader in one request; there are no fetchers to count",
                "num.replica.fetchers");
        put(
                all,
                "a node takes it at its start, as tidemark.partition.recovery-threads",
                "num.recovery.threads.per.data.dir");
    }

    private static void security(Map<String, String> all) {
        String noTls = "TLS is not available yet; every listener is PLAINTEXT";
        for (String key :
                List.of(
                        "cipher.suites",
                        "client.auth",
                        "enabled.protocols",
                        "endpoint.identification.algorithm",
                        "engine.factory.class",
                        "key.password",
                        "keymanager.algorithm",
                        "keystore.certificate.chain",
                        "keystore.key",
                        "keystore.location",
                        "keystore.password",
                        "keystore.type",
                        "protocol",
                        "provider",
                        "secure.random.implementation",
                        "trustmanager.algorithm",
                        "truststore.certificates",
                        "truststore.location",
                        "truststore.password",
                        "truststore.type")) {
            put(all, noTls, "ssl." + key);
        }
        String noSasl = "authentication is not available yet";
        put(all, noSasl, "principal.builder.class");
        for (String key :
                List.of(
                        "enabled.mechanisms",
                        "jaas.config",
                        "kerberos.kinit.cmd",
                        "kerberos.min.time.before.relogin",
                        "kerberos.principal.to.local.rules",
                        "kerberos.service.name",
                        "kerberos.ticket.renew.jitter",
                        "kerberos.ticket.renew.window.factor",
                        "login.refresh.buffer.seconds",
                        "login.refresh.min.period.seconds",
                        "login.refresh.window.factor",
                        "login.refresh.window.jitter",
                        "mechanism.inter.broker.protocol")) {
            put(all, noSasl, "sasl." + key);
        }
    }

    private static void logs(Map<String, String> all) {
        put(
                all,
                TopicConfigs.NO_COMPACTION,
                "log.cleaner.backoff.ms",
                "log.cleaner.dedupe.buffer.size",
                "log.cleaner.io.buffer.load.factor",
                "log.cleaner.io.buffer.size",
                "log.cleaner.io.max.bytes.per.second",
                "log.cleaner.threads");
        put(
                all,
                TopicConfigs.NO_TIERS,
                "follower.fetch.last.tiered.offset.enable",
                "log.local.retention.bytes",
                "log.local.retention.ms",
                "remote.fetch.max.wait.ms",
                "remote.list.offsets.request.timeout.ms",
                "remote.log.index.file.cache.total.size.bytes",
                "remote.log.manager.copier.thread.pool.size",
                "remote.log.manager.copy.max.bytes.per.second",
                "remote.log.manager.expiration.thread.pool.size",
                "remote.log.manager.fetch.max.bytes.per.second",
                "remote.log.manager.follower.thread.pool.size",
                "remote.log.manager.thread.pool.size",
                "remote.log.reader.threads");
        put(
                all,
                "no log directory is closed to new replicas; kafka-reassign-partitions moves replicas between directories",
                "cordoned.log.dirs");
        put(
                all,
                "a producer's state is kept for a day after its last batch, always",
                "producer.id.expiration.ms");
        put(
                all,
                "transactions are not available; idempotent producers need none",
                "transaction.partition.verification.enable");
    }

    private static void groups(Map<String, String> all) {
        put(
                all,
                "a group's assignment is made once for all members that wait for it, without an interval",
                "group.consumer.assignment.interval.ms");
        put(
                all,
                "groups are stored in the coordinators' log, for which no buffers are cached",
                "group.coordinator.cached.buffer.max.bytes");
        put(
                all,
                "share groups are not available; use consumer groups",
                "group.share.assignment.interval.ms",
                "share.coordinator.cached.buffer.max.bytes");
        put(
                all,
                "streams groups are not available; use group.protocol=classic in Kafka Streams",
                "group.streams.assignment.interval.ms");
    }

    private static void put(Map<String, String> all, String reason, String... names) {
        for (String name : names) {
            all.put(name, reason);
        }
    }
}
