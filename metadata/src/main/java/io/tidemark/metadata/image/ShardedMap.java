package io.tidemark.metadata.image;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map that shares most of itself with its successors: the entries lie in a fixed
 * number of small hash maps, and a change copies the table of shards (2 KiB) and the shards it
 * touches, about 1/512 of the entries each. A lookup is one array access and one hash lookup.
 */
final class ShardedMap<K, V> extends AbstractMap<K, V> {
    private static final int SHARDS = 512;
    private static final ShardedMap<Object, Object> EMPTY = new ShardedMap<>(emptyShards(), 0);

    private final Map<K, V>[] shards;
    private final int size;

    private ShardedMap(Map<K, V>[] shards, int size) {
        this.shards = shards;
        this.size = size;
    }

    /** The map itself where it is one already. */
    @SuppressWarnings("unchecked")
    static <K, V> ShardedMap<K, V> copyOf(Map<K, V> source) {
        if (source instanceof ShardedMap<K, V> sharded) {
            return sharded;
        }
        ShardedMap<K, V> empty = (ShardedMap<K, V>) EMPTY;
        if (source.isEmpty()) {
            return empty;
        }
        Builder<K, V> builder = empty.change();
        source.forEach(builder::put);
        return builder.build();
    }

    /** Starts a change that may put and remove many entries and copies each shard once at most. */
    Builder<K, V> change() {
        return new Builder<>(this);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key != null && shards[shardOf(key)].containsKey(key);
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
        return key == null ? null : shards[shardOf(key)].get(key);
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<K, V>> iterator() {
                return new ShardIterator<>(shards);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    private static int shardOf(Object key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash >>> (Integer.SIZE - 9);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<Object, Object>[] emptyShards() {
        Map<Object, Object>[] shards = (Map<Object, Object>[]) new Map[SHARDS];
        Arrays.fill(shards, Map.of());
        return shards;
    }

    /** A change in the making; for one thread, and used up by {@link #build}. */
    static final class Builder<K, V> {
        private final ShardedMap<K, V> base;
        private Map<K, V> @Nullable [] copies;
        private int size;

        private Builder(ShardedMap<K, V> base) {
            this.base = base;
            this.size = base.size;
        }

        @Nullable V get(K key) {
            return (copies == null ? base.shards : copies)[shardOf(key)].get(key);
        }

        void put(K key, V value) {
            if (writable(key).put(key, Objects.requireNonNull(value)) == null) {
                size++;
            }
        }

        void remove(K key) {
            if (get(key) != null) {
                writable(key).remove(key);
                size--;
            }
        }

        ShardedMap<K, V> build() {
            return copies == null ? base : new ShardedMap<>(copies, size);
        }

        private Map<K, V> writable(K key) {
            Map<K, V>[] table = copies;
            if (table == null) {
                table = base.shards.clone();
                copies = table;
            }
            int shard = shardOf(key);
            if (table[shard] == base.shards[shard]) {
                table[shard] = new HashMap<>(table[shard]);
            }
            return table[shard];
        }
    }

    private static final class ShardIterator<K, V> implements Iterator<Map.Entry<K, V>> {
        private final Map<K, V>[] shards;
        private int next;
        private Iterator<Map.Entry<K, V>> current = Collections.emptyIterator();

        ShardIterator(Map<K, V>[] shards) {
            this.shards = shards;
        }

        @Override
        public boolean hasNext() {
            while (!current.hasNext() && next < shards.length) {
                current = shards[next++].entrySet().iterator();
            }
            return current.hasNext();
        }

        @Override
        public Map.Entry<K, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return Map.Entry.copyOf(current.next());
        }
    }
}
