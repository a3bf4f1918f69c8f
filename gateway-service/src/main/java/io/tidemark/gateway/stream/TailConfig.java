package io.tidemark.gateway.stream;

import java.util.function.LongSupplier;

/**
 * A tail's bounds.
 *
 * @param ringBytes what the tail keeps of the newest frames; soft by one poll's answer; asked anew
 *     each time, since all tails share a budget
 * @param frameBytes record bytes after which a frame is cut
 * @param readBytes of one read of a follower that catches up
 * @param backlogBytes what all followers of this gateway together may hold of reads that their
 *     sockets did not take; beyond it such a follower reads again later
 * @param stallMs a follower whose socket takes nothing for so long is disconnected
 * @param damageMs a follower that stands at damaged records for so long is told, and ends
 * @param leaderlessMs followers are told of partitions that have had no leader for so long
 */
record TailConfig(
        LongSupplier ringBytes,
        int frameBytes,
        int readBytes,
        long backlogBytes,
        long stallMs,
        long damageMs,
        long leaderlessMs) {}
