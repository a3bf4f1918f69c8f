package org.apache.kafka.common.utils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicCollection;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ImplicitLinkedHashCollectionTest {
    private static final short VERSION = 7;
    private static final int MANY = 100_000;

    /** A key whose hash few or many share. */
    private static final class Item implements ImplicitLinkedHashCollection.Element {
        private final int key;
        private int prev = ImplicitLinkedHashCollection.INVALID_INDEX;
        private int next = ImplicitLinkedHashCollection.INVALID_INDEX;

        private Item(int key) {
            this.key = key;
        }

        @Override
        public int prev() {
            return prev;
        }

        @Override
        public void setPrev(int place) {
            prev = place;
        }

        @Override
        public int next() {
            return next;
        }

        @Override
        public void setNext(int place) {
            next = place;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Item item && item.key == key;
        }

        @Override
        public int hashCode() {
            return key % 3;
        }

        @Override
        public String toString() {
            return String.valueOf(key);
        }
    }

    @Test
    void shouldDoAsAListDoes() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            boolean multi = random.nextBoolean();
            ImplicitLinkedHashCollection<Item> tested =
                    multi
                            ? new ImplicitLinkedHashMultiCollection<>(random.nextInt(5))
                            : new ImplicitLinkedHashCollection<>(random.nextInt(5));
            List<Item> model = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                act(random, multi, tested, model);
                assertThat(tested).as("seed %d, step %d", seed, step).hasSize(model.size());
                if (step % 10 == 0) {
                    assertThat(List.copyOf(tested)).as("seed " + seed).isEqualTo(model);
                }
            }
            assertThat(tested.valuesList()).isEqualTo(model);
            assertThat(tested.valuesSet()).containsExactlyElementsOf(model);
        }
    }

    private static void act(
            Random random,
            boolean multi,
            ImplicitLinkedHashCollection<Item> tested,
            List<Item> model) {
        Item key = new Item(random.nextInt(20));
        int at = model.isEmpty() ? 0 : random.nextInt(model.size());
        switch (random.nextInt(model.isEmpty() ? 4 : 9)) {
            case 0, 1, 2 -> {
                boolean wanted = multi || !model.contains(key);
                assertThat(tested.add(key)).isEqualTo(wanted);
                if (wanted) {
                    model.add(key);
                    assertThat(tested.add(key)).as("a second time").isFalse();
                }
            }
            case 3 -> {
                Item found = tested.find(key);
                int index = model.indexOf(key);
                assertThat(found).isSameAs(index < 0 ? null : model.get(index));
                assertThat(tested.contains(key)).isEqualTo(index >= 0);
            }
            case 4 -> {
                Item gone = model.remove(at);
                assertThat(tested.remove(gone)).isTrue();
                assertThat(gone.prev).isEqualTo(ImplicitLinkedHashCollection.INVALID_INDEX);
            }
            case 5 -> assertThat(tested.remove(key)).isEqualTo(model.remove(key));
            case 6 -> {
                Item moved = model.remove(at);
                model.add(moved);
                tested.moveToEnd(moved);
            }
            case 7 -> {
                Iterator<Item> each = tested.iterator();
                for (int i = 0; i <= at; i++) {
                    each.next();
                }
                each.remove();
                model.remove(at);
            }
            default -> {
                if (random.nextInt(20) == 0) {
                    tested.sort(Comparator.comparingInt(item -> item.key));
                    model.sort(Comparator.comparingInt(item -> item.key));
                } else if (random.nextInt(20) == 0) {
                    tested.clear();
                    model.clear();
                }
            }
        }
    }

    @Test
    void shouldFindAllOfOneKeyInOrder() {
        ImplicitLinkedHashMultiCollection<Item> items = new ImplicitLinkedHashMultiCollection<>();
        Item first = new Item(3);
        Item second = new Item(3);
        items.add(first);
        items.add(new Item(6));
        items.add(second);
        List<Item> found = items.findAll(new Item(3));
        assertThat(found).hasSize(2);
        assertThat(found.get(0)).isSameAs(first);
        assertThat(found.get(1)).isSameAs(second);
        assertThat(items.find(new Item(9))).isNull();
        assertThat(items.findAll(null)).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNotItsOwn() {
        ImplicitLinkedHashCollection<Item> items = new ImplicitLinkedHashCollection<>();
        Item elsewhere = new Item(1);
        new ImplicitLinkedHashCollection<>(List.of(elsewhere).iterator());
        assertThat(items.add(elsewhere)).isFalse();
        assertThat(items.add(null)).isFalse();
        assertThat(items.remove(elsewhere)).isFalse();
        assertThatThrownBy(() -> items.mustAdd(elsewhere)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> items.moveToEnd(elsewhere)).isInstanceOf(RuntimeException.class);
    }

    /** Kafka's own class takes 16 seconds for 2,000 of them, and eight times that for twice. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldReadManyEqualKeys() {
        CreateTopicsRequestData request = new CreateTopicsRequestData();
        for (int i = 0; i < MANY; i++) {
            request.topics().add(new CreatableTopic().setName("same"));
        }
        assertThat(read(request).topics()).hasSize(MANY);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldAddAndRemoveManyKeysOfOneHash() {
        CreatableTopicCollection topics = new CreatableTopicCollection();
        for (int i = 0; i < 1 << 17; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 17; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            topics.mustAdd(new CreatableTopic().setName(name.toString()));
        }
        assertThat(read(new CreateTopicsRequestData().setTopics(topics)).topics())
                .isEqualTo(topics);
        topics.removeIf(topic -> topic.numPartitions() == 0);
        assertThat(topics).isEmpty();
    }

    private static CreateTopicsRequestData read(CreateTopicsRequestData request) {
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(request, VERSION).buffer();
        return new CreateTopicsRequestData(new ByteBufferAccessor(bytes), VERSION);
    }
}
