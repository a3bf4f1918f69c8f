package io.tidemark.gateway.limit;

import java.util.List;
import reactor.core.publisher.Mono;

/** Adds up what gateways gave. */
public interface Settlement {

    /**
     * Adds what was taken from each bucket.
     *
     * @param takenMicros time in which that is earned, for each, in microseconds
     * @return for each, the time in which all that was taken will have been earned, in microseconds
     */
    Mono<List<Long>> settle(List<String> buckets, List<Long> takenMicros);
}
