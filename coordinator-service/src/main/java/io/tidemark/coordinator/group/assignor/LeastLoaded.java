package io.tidemark.coordinator.group.assignor;

import java.util.stream.IntStream;

/**
 * Deals the partitions of topics with different subscribers: each that nobody has goes to the
 * subscriber with the least, then partitions move from those with more to those with less until no
 * single move would help.
 */
final class LeastLoaded {
    private final Seats seats;

    LeastLoaded(Seats seats) {
        this.seats = seats;
    }

    void deal() {
        IntStream.range(0, seats.topics())
                .boxed()
                .sorted((a, b) -> seats.subscribers(a).length - seats.subscribers(b).length)
                .forEach(this::fill);
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int topic = 0; topic < seats.topics(); topic++) {
                moved |= level(topic);
            }
        }
    }

    private void fill(int topic) {
        if (seats.subscribers(topic).length == 0) {
            return;
        }
        for (int partition = 0; partition < seats.partitions(topic); partition++) {
            if (seats.owner(topic, partition) == Seats.NOBODY) {
                seats.seat(topic, partition, leastLoaded(topic, partition));
            }
        }
    }

    /** Of equals a near one, of those the first. */
    private int leastLoaded(int topic, int partition) {
        int best = Seats.NOBODY;
        for (int member : seats.subscribers(topic)) {
            if (best == Seats.NOBODY
                    || seats.load(member) < seats.load(best)
                    || (seats.load(member) == seats.load(best)
                            && !seats.isNear(topic, partition, best)
                            && seats.isNear(topic, partition, member))) {
                best = member;
            }
        }
        return best;
    }

    /** Each move brings two loads closer together: there are finitely many. */
    private boolean level(int topic) {
        boolean moved = false;
        for (int partition = 0; partition < seats.partitions(topic); partition++) {
            int owner = seats.owner(topic, partition);
            if (owner == Seats.NOBODY) {
                continue;
            }
            int least = leastLoaded(topic, partition);
            if (seats.load(owner) - seats.load(least) > 1) {
                seats.seat(topic, partition, least);
                moved = true;
            }
        }
        return moved;
    }
}
