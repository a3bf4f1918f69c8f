package org.apache.kafka.common.utils;

import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Elements in the order in which they came, each key once, found by their keys. Takes the place of
 * the class of this name in kafka-clients, on which message classes stand, whatever the keys are:
 * adding and removing take constant time, and finding takes the number of elements whose keys have
 * the same hash.
 *
 * <p>An element knows its place, so it can be in one collection only. An index by keys is made when
 * a key is first looked for; who only adds and goes through, as messages do while they are read and
 * written, never asks a key for its hash.
 *
 * <p>One thread. Iterators bear what is added and removed beside them, and end with {@link
 * ConcurrentModificationException} where elements got other places.
 */
public class ImplicitLinkedHashCollection<E extends ImplicitLinkedHashCollection.Element>
        extends AbstractCollection<E> {
    /** In both fields of an element that is in no collection. */
    public static final int INVALID_INDEX = -2;

    /** The end of a chain. */
    private static final int NONE = -1;

    private static final int MIN_CAPACITY = 4;
    private static final int MAX_CAPACITY = 1 << 30;
    private static final @Nullable Element[] EMPTY = new Element[0];

    /** In order, with holes where some were removed. */
    private @Nullable Element[] places = EMPTY;

    /** Places in use, holes included. */
    private int end;

    private int size;

    /** How often elements got other places. */
    private int numberings;

    /**
     * The first place of each chain, a power of two of them; empty while nobody looked for a key.
     */
    private int[] chains = {};

    /** What is collected, with two numbers that belong to its collection. */
    public interface Element {
        /** Its place. */
        int prev();

        /** Sets its place. */
        void setPrev(int prev);

        /** The place of the next element of its chain. */
        int next();

        /** Sets the place of the next element of its chain. */
        void setNext(int next);

        /** Whether both have the same key, as {@link Object#hashCode} sees it. */
        default boolean elementKeysAreEqual(@Nullable Object other) {
            return equals(other);
        }
    }

    /** Always true; there is no such method where kafka-clients' own class was loaded. */
    public static boolean takesEqualHashesInConstantTime() {
        return true;
    }

    public ImplicitLinkedHashCollection() {
        this(0);
    }

    /**
     * @param expectedNumElements room for so many is made at once
     */
    public ImplicitLinkedHashCollection(int expectedNumElements) {
        clear(expectedNumElements);
    }

    /** With all that {@code elements} brings. */
    public ImplicitLinkedHashCollection(Iterator<E> elements) {
        elements.forEachRemaining(this::mustAdd);
    }

    /** Whether several elements may have one key. */
    boolean allowsEqualKeys() {
        return false;
    }

    @Override
    public final int size() {
        return size;
    }

    /**
     * Adds an element at the end.
     *
     * @return whether it was added: not where it is null, or in a collection already, or has a key
     *     that is here
     */
    @Override
    public final boolean add(@Nullable E element) {
        if (element == null
                || element.prev() != INVALID_INDEX
                || element.next() != INVALID_INDEX
                || (!allowsEqualKeys() && find(element) != null)) {
            return false;
        }
        append(element);
        return true;
    }

    /**
     * Adds an element at the end.
     *
     * @throws RuntimeException where it cannot be added
     */
    public final void mustAdd(@Nullable E element) {
        if (!add(element)) {
            throw new RuntimeException("Unable to add " + element);
        }
    }

    /** The first with the key of {@code key}; null where there is none. */
    public final @Nullable E find(@Nullable E key) {
        return firstWithKeyOf(key);
    }

    @Override
    public final boolean contains(@Nullable Object key) {
        return firstWithKeyOf(key) != null;
    }

    /** Removes this very element, or else the first with its key. */
    @Override
    public final boolean remove(@Nullable Object key) {
        @Nullable E found = key != null && isHere(key) ? cast(key) : firstWithKeyOf(key);
        if (found == null) {
            return false;
        }
        take(found);
        return true;
    }

    @Override
    public final void clear() {
        clear(0);
    }

    /**
     * Removes everything.
     *
     * @param expectedNumElements room for so many is made at once
     */
    public final void clear(int expectedNumElements) {
        for (int place = 0; place < end; place++) {
            Element element = places[place];
            if (element != null) {
                release(element);
            }
        }
        places = expectedNumElements > 0 ? new Element[expectedNumElements] : EMPTY;
        chains = new int[0];
        end = 0;
        size = 0;
        numberings++;
    }

    /**
     * Makes an element of this collection its last.
     *
     * @throws RuntimeException where it is not in the collection
     */
    public final void moveToEnd(E element) {
        if (!isHere(element)) {
            throw new RuntimeException("Element " + element + " is not in the collection.");
        }
        take(element);
        append(element);
    }

    /** Brings the elements into this order; equal ones keep theirs. */
    public void sort(Comparator<E> comparator) {
        closeHoles();
        Arrays.sort(places, 0, end, (a, b) -> comparator.compare(cast(a), cast(b)));
        number();
    }

    /** A view of the elements in order. */
    public List<E> valuesList() {
        return new AbstractList<>() {
            @Override
            public E get(int index) {
                if (index < 0 || index >= size) {
                    throw new IndexOutOfBoundsException(index);
                }
                closeHoles();
                return cast(at(index));
            }

            @Override
            public E remove(int index) {
                E removed = get(index);
                take(removed);
                return removed;
            }

            @Override
            public Iterator<E> iterator() {
                return ImplicitLinkedHashCollection.this.iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** A view of the elements as a set. */
    public Set<E> valuesSet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<E> iterator() {
                return ImplicitLinkedHashCollection.this.iterator();
            }

            @Override
            public int size() {
                return size;
            }

            @Override
            public boolean contains(@Nullable Object key) {
                return ImplicitLinkedHashCollection.this.contains(key);
            }

            @Override
            public boolean add(E element) {
                return ImplicitLinkedHashCollection.this.add(element);
            }

            @Override
            public boolean remove(@Nullable Object key) {
                return ImplicitLinkedHashCollection.this.remove(key);
            }

            @Override
            public boolean removeAll(Collection<?> keys) {
                boolean changed = false;
                for (Object key : keys) {
                    changed |= remove(key);
                }
                return changed;
            }

            @Override
            public void clear() {
                ImplicitLinkedHashCollection.this.clear();
            }
        };
    }

    @Override
    public final Iterator<E> iterator() {
        return new InOrder();
    }

    /** Equal to a collection of equal elements in the same order. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other == this
                || (other instanceof ImplicitLinkedHashCollection<?> collection
                        && valuesList().equals(collection.valuesList()));
    }

    @Override
    public int hashCode() {
        return valuesList().hashCode();
    }

    // ---- places

    private void append(Element element) {
        if (end == places.length) {
            makeRoom();
        }
        places[end] = element;
        element.setPrev(end++);
        element.setNext(NONE);
        size++;
        if (chains.length > 0) {
            enter(element);
        }
    }

    private void makeRoom() {
        if (size <= end / 2 && end >= MIN_CAPACITY) {
            closeHoles();
            return;
        }
        if (end == MAX_CAPACITY) {
            throw new IllegalStateException(end + " elements");
        }
        places = Arrays.copyOf(places, Math.clamp(2L * end, MIN_CAPACITY, MAX_CAPACITY));
    }

    private void take(Element element) {
        if (chains.length > 0) {
            leave(element);
        }
        places[element.prev()] = null;
        release(element);
        size--;
    }

    private static void release(Element element) {
        element.setPrev(INVALID_INDEX);
        element.setNext(INVALID_INDEX);
    }

    private boolean isHere(Object key) {
        return key instanceof Element element
                && element.prev() >= 0
                && element.prev() < end
                && places[element.prev()] == element;
    }

    private void closeHoles() {
        if (size == end) {
            return;
        }
        int next = 0;
        for (int place = 0; place < end; place++) {
            if (places[place] != null) {
                places[next++] = places[place];
            }
        }
        Arrays.fill(places, next, end, null);
        end = next;
        number();
    }

    /** The elements have other places than they know. */
    private void number() {
        for (int place = 0; place < end; place++) {
            at(place).setPrev(place);
        }
        chains = new int[0];
        numberings++;
    }

    /** What is at a place that is no hole. */
    private Element at(int place) {
        return Objects.requireNonNull(places[place]);
    }

    @SuppressWarnings("unchecked") // only what was added comes here
    private E cast(Object element) {
        return (E) element;
    }

    // ---- keys

    private @Nullable E firstWithKeyOf(@Nullable Object key) {
        if (key == null || size == 0) {
            return null;
        }
        if (chains.length < size) {
            index();
        }
        @Nullable Element first = null;
        int place = chains[chain(key)];
        while (place != NONE) {
            Element element = at(place);
            if (element.elementKeysAreEqual(key)) {
                first = first == null || element.prev() < first.prev() ? element : first;
            }
            place = element.next();
        }
        return first == null ? null : cast(first);
    }

    private void index() {
        chains = new int[Integer.highestOneBit(Math.clamp(2L * size, MIN_CAPACITY, MAX_CAPACITY))];
        Arrays.fill(chains, NONE);
        for (int place = 0; place < end; place++) {
            Element element = places[place];
            if (element != null) {
                enter(element);
            }
        }
    }

    private void enter(Element element) {
        int chain = chain(element);
        element.setNext(chains[chain]);
        chains[chain] = element.prev();
    }

    private void leave(Element element) {
        int chain = chain(element);
        if (chains[chain] == element.prev()) {
            chains[chain] = element.next();
            return;
        }
        Element before = at(chains[chain]);
        while (before.next() != element.prev()) {
            before = at(before.next());
        }
        before.setNext(element.next());
    }

    private int chain(Object key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & chains.length - 1;
    }

    private final class InOrder implements Iterator<E> {
        private int place;
        private final int seen = numberings;
        private @Nullable Element last;

        @Override
        public boolean hasNext() {
            while (place < end && places[place] == null) {
                place++;
            }
            return place < end;
        }

        @Override
        public E next() {
            requirePlaces();
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Element next = at(place++);
            last = next;
            return cast(next);
        }

        @Override
        public void remove() {
            requirePlaces();
            if (last == null || !isHere(last)) {
                throw new IllegalStateException("nothing to remove");
            }
            take(last);
        }

        private void requirePlaces() {
            if (seen != numberings) {
                throw new ConcurrentModificationException();
            }
        }
    }
}
