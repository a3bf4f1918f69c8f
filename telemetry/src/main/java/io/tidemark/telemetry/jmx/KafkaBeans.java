package io.tidemark.telemetry.jmx;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beans in the JVM's server of beans. A gauge has {@code Value}; a meter has what Kafka's meters
 * have: {@code Count}, {@code EventType}, {@code RateUnit}, {@code MeanRate}, {@code
 * OneMinuteRate}, {@code FiveMinuteRate}, {@code FifteenMinuteRate}, per second. The rates are
 * taken from counters that exist, every five seconds by a thread of this object's own; nobody who
 * counts waits for it.
 *
 * <p>A name that another object of the process has is taken over from it. Safe for any thread.
 */
public final class KafkaBeans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaBeans.class);

    private final MBeanServer server;
    private final LongSupplier nanos;
    private final ScheduledExecutorService thread;
    private final Map<ObjectName, AttributesBean> beans = new ConcurrentHashMap<>();
    private final Map<ObjectName, Rates> meters = new ConcurrentHashMap<>();
    private final Map<String, Set<ObjectName>> groups = new ConcurrentHashMap<>();

    /**
     * @param nanos the monotonic clock
     */
    public KafkaBeans(MBeanServer server, LongSupplier nanos) {
        this.server = server;
        this.nanos = nanos;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("tidemark-jmx").daemon().factory());
    }

    /**
     * Begins to take rates.
     *
     * @param before called first at every tick, on this object's thread; may add and keep beans
     */
    public void start(Runnable before) {
        thread.scheduleAtFixedRate(
                () -> {
                    try {
                        before.run();
                    } catch (RuntimeException e) {
                        LOG.warn("Beans are shown as they were", e);
                    }
                    tick();
                },
                0,
                Rates.TICK_SECONDS,
                TimeUnit.SECONDS);
    }

    /** Moves every rate on by five seconds. */
    void tick() {
        meters.values().forEach(Rates::tick);
    }

    /**
     * Adds a bean with a {@code Value}.
     *
     * @param name such as {@code kafka.server:type=ReplicaManager,name=LeaderCount}
     */
    public void gauge(String name, Supplier<? extends Number> value) {
        add(name(name), Map.of("Value", value::get));
    }

    /**
     * Adds a meter.
     *
     * @param eventType what is counted, such as {@code bytes}
     * @param counter read at every tick and whenever somebody looks
     */
    public void meter(String name, String eventType, LongSupplier counter) {
        ObjectName bean = name(name);
        Rates rates = new Rates(counter, nanos.getAsLong());
        Map<String, Supplier<Object>> attributes = new LinkedHashMap<>();
        attributes.put("Count", rates::count);
        attributes.put("EventType", () -> eventType);
        attributes.put("FifteenMinuteRate", rates::fifteenMinutes);
        attributes.put("FiveMinuteRate", rates::fiveMinutes);
        attributes.put("MeanRate", () -> rates.mean(nanos.getAsLong()));
        attributes.put("OneMinuteRate", rates::oneMinute);
        attributes.put("RateUnit", () -> "SECONDS");
        meters.put(bean, rates);
        add(bean, attributes);
    }

    /**
     * Adds meters that come and go together, such as those of a topic; those of the group that are
     * not named any more go.
     *
     * @param counters by bean name, and the event type by the same
     */
    public void meters(String group, Map<String, LongSupplier> counters, String eventType) {
        Map<ObjectName, LongSupplier> wanted = new HashMap<>();
        counters.forEach((name, counter) -> wanted.put(name(name), counter));
        Set<ObjectName> known = groups.computeIfAbsent(group, g -> ConcurrentHashMap.newKeySet());
        List<ObjectName> gone = known.stream().filter(name -> !wanted.containsKey(name)).toList();
        gone.forEach(
                name -> {
                    known.remove(name);
                    remove(name);
                });
        wanted.forEach(
                (name, counter) -> {
                    if (known.add(name)) {
                        meter(name.getCanonicalName(), eventType, counter);
                    }
                });
    }

    private void add(ObjectName name, Map<String, Supplier<Object>> attributes) {
        AttributesBean bean = new AttributesBean(name.getKeyProperty("name"), attributes);
        try {
            try {
                server.registerMBean(bean, name);
            } catch (InstanceAlreadyExistsException e) {
                LOG.debug("{} is taken over", name, e);
                server.unregisterMBean(name);
                server.registerMBean(bean, name);
            }
            beans.put(name, bean);
        } catch (JMException e) {
            LOG.warn("{} is not shown", name, e);
        }
    }

    private void remove(ObjectName name) {
        meters.remove(name);
        if (beans.remove(name) != null) {
            try {
                server.unregisterMBean(name);
            } catch (InstanceNotFoundException e) {
                LOG.debug("{} has been taken over", name, e);
            } catch (JMException e) {
                LOG.warn("{} stays", name, e);
            }
        }
    }

    /** A topic's name needs no quotes: letters, digits, dots, dashes and underscores. */
    private static ObjectName name(String name) {
        try {
            return new ObjectName(name);
        } catch (JMException e) {
            throw new IllegalArgumentException("No name of a bean: " + name, e);
        }
    }

    /** Ends the thread and removes every bean. */
    @Override
    public void close() {
        thread.shutdownNow();
        List.copyOf(beans.keySet()).forEach(this::remove);
    }
}
