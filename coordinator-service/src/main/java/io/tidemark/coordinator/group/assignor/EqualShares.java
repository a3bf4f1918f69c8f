package io.tidemark.coordinator.group.assignor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Deals the partitions of topics that every member subscribes to: each gets the quota, some get one
 * more. Takes time in proportion to partitions plus members (times members per rack, with racks).
 */
final class EqualShares {
    private final Seats seats;
    private final int quota;
    private final int extras;
    private final List<Free> free = new ArrayList<>();

    private record Free(int topic, int partition) {}

    EqualShares(Seats seats) {
        this.seats = seats;
        int members = Math.max(1, seats.members());
        this.quota = seats.partitions() / members;
        this.extras = seats.partitions() % members;
    }

    void deal() {
        if (seats.members() == 0) {
            return;
        }
        releaseSurplus();
        for (int topic = 0; topic < seats.topics(); topic++) {
            for (int partition = 0; partition < seats.partitions(topic); partition++) {
                if (seats.owner(topic, partition) == Seats.NOBODY) {
                    free.add(new Free(topic, partition));
                }
            }
        }
        for (int most = quota; most <= quota + 1; most++) {
            if (seats.racksMatter()) {
                dealNear(most);
            }
            dealAnywhere(most);
        }
    }

    /** Members that have more than their share give up the rest, of every topic alike. */
    private void releaseSurplus() {
        int[] surplus = new int[seats.members()];
        int extrasLeft = extras;
        for (int member = 0; member < surplus.length; member++) {
            int load = seats.load(member);
            int share = load > quota && extrasLeft > 0 ? quota + 1 : quota;
            extrasLeft -= share - quota;
            surplus[member] = Math.max(0, load - share);
        }
        for (int index = mostPartitions() - 1; index >= 0; index--) {
            for (int topic = 0; topic < seats.topics(); topic++) {
                int owner =
                        index < seats.partitions(topic) ? seats.owner(topic, index) : Seats.NOBODY;
                if (owner != Seats.NOBODY && surplus[owner] > 0) {
                    surplus[owner]--;
                    seats.seat(topic, index, Seats.NOBODY);
                }
            }
        }
    }

    private int mostPartitions() {
        int most = 0;
        for (int topic = 0; topic < seats.topics(); topic++) {
            most = Math.max(most, seats.partitions(topic));
        }
        return most;
    }

    /** Round robin, so that every member gets of every topic. */
    private void dealAnywhere(int most) {
        Deque<Integer> turns = below(most);
        free.removeIf(
                partition -> {
                    Integer member = turns.poll();
                    if (member == null) {
                        return false;
                    }
                    seat(partition, member, most, turns);
                    return true;
                });
    }

    private void dealNear(int most) {
        Deque<Integer> turns = below(most);
        free.removeIf(
                partition -> {
                    for (Integer member : turns) {
                        if (seats.isNear(partition.topic(), partition.partition(), member)) {
                            turns.remove(member);
                            seat(partition, member, most, turns);
                            return true;
                        }
                    }
                    return false;
                });
    }

    private Deque<Integer> below(int most) {
        Deque<Integer> turns = new ArrayDeque<>();
        for (int member = 0; member < seats.members(); member++) {
            if (seats.load(member) < most) {
                turns.add(member);
            }
        }
        return turns;
    }

    private void seat(Free partition, int member, int most, Deque<Integer> turns) {
        seats.seat(partition.topic(), partition.partition(), member);
        if (seats.load(member) < most) {
            turns.add(member);
        }
    }
}
