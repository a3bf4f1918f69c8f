package io.tidemark.metadata.control;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import java.util.List;

/** Told of each new image, in order of versions, by one thread at a time. */
@FunctionalInterface
public interface MetadataListener {

    /**
     * @param image the new image
     * @param deltas what led to it from the one before; empty after a snapshot: compare for
     *     yourself
     */
    void onImage(ClusterImage image, List<Delta> deltas);
}
