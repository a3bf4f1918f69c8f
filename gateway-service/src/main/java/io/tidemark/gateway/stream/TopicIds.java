package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.CursorWriter;
import org.apache.kafka.common.Uuid;

/** The cursors of a stream of one topic. One thread. */
final class TopicIds implements Ids {

    private final CursorWriter cursors;

    TopicIds(Uuid topicId) {
        this.cursors = new CursorWriter(topicId);
    }

    @Override
    public void write(long[] positions) {
        cursors.write(positions);
    }

    @Override
    public byte[] text() {
        return cursors.text();
    }

    @Override
    public int length() {
        return cursors.length();
    }
}
