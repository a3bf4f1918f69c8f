package io.tidemark.partition.serving;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fetches that wait for one partition: a doubly linked list, because each of a thousand idle
 * consumers leaves and comes back every half second. Owned by the partition's event loop.
 */
final class WaitingFetches {
    private final Node head = new Node(null);
    private final Loop loop;
    private int size;
    private long committedBytes;
    private long toldBytes;
    private boolean wakeAsked;

    WaitingFetches(Loop loop) {
        this.loop = loop;
        head.next = head;
        head.previous = head;
    }

    private final class Node implements FetchWaiter.Watch {
        private final @Nullable FetchWaiter waiter;
        private Node next = this;
        private Node previous = this;

        Node(@Nullable FetchWaiter waiter) {
            this.waiter = waiter;
        }

        @Override
        public void cancel() {
            if (next != this) {
                next.previous = previous;
                previous.next = next;
                next = this;
                previous = this;
                size--;
            }
        }
    }

    FetchWaiter.Watch add(FetchWaiter waiter) {
        if (size == 0) {
            toldBytes = committedBytes;
        }
        Node node = new Node(waiter);
        node.previous = head.previous;
        node.next = head;
        head.previous.next = node;
        head.previous = node;
        size++;
        return node;
    }

    /** Notes how many bytes were committed since the partition was opened. */
    void committed(long totalBytes) {
        committedBytes = Math.max(committedBytes, totalBytes);
    }

    /** The high watermark moved: tells all, once, when the loop has served what is ready now. */
    void wakeAfterThisPass() {
        if (!wakeAsked && size > 0) {
            wakeAsked = true;
            loop.afterThisPass(this::wake);
        }
    }

    private void wake() {
        wakeAsked = false;
        long bytes = committedBytes - toldBytes;
        toldBytes = committedBytes;
        tell(bytes);
    }

    /** Something else changed: tells all at once. */
    void lookAgain() {
        tell(FetchWaiter.LOOK_AGAIN);
    }

    /** They may leave the list, or come back to it, meanwhile. */
    private void tell(long bytes) {
        if (size == 0) {
            return;
        }
        List<FetchWaiter> told = new ArrayList<>(size);
        for (Node node = head.next; node != head; node = node.next) {
            if (node.waiter != null) {
                told.add(node.waiter);
            }
        }
        for (FetchWaiter waiter : told) {
            waiter.moved(bytes);
        }
    }
}
