package org.apache.kafka.common.utils;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same, but several elements may have one key. */
public class ImplicitLinkedHashMultiCollection<E extends ImplicitLinkedHashCollection.Element>
        extends ImplicitLinkedHashCollection<E> {

    public ImplicitLinkedHashMultiCollection() {
        super(0);
    }

    /**
     * @param expectedNumElements room for so many is made at once
     */
    public ImplicitLinkedHashMultiCollection(int expectedNumElements) {
        super(expectedNumElements);
    }

    /** With all that {@code elements} brings. */
    public ImplicitLinkedHashMultiCollection(Iterator<E> elements) {
        super(elements);
    }

    @Override
    boolean allowsEqualKeys() {
        return true;
    }

    /** All with the key of {@code key}, in order. */
    public final List<E> findAll(@Nullable E key) {
        List<E> found = new ArrayList<>();
        if (key == null) {
            return found;
        }
        for (E element : this) {
            if (element.elementKeysAreEqual(key)) {
                found.add(element);
            }
        }
        return found;
    }
}
