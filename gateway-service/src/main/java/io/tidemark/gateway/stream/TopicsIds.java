package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.CursorWriter;
import io.tidemark.gateway.consume.TopicsCursor;
import org.apache.kafka.common.Uuid;

/**
 * One topic's view of the cursor that a stream over several has: writing it moves the stream's
 * place in this topic. Used by the topic's thread, while {@link #monitor} is held.
 */
public final class TopicsIds implements Ids {

    private final TopicsCursor.Writer all;
    private final CursorWriter topic;

    /**
     * @param all of the stream; its own monitor guards it
     */
    public TopicsIds(TopicsCursor.Writer all, Uuid topicId) {
        this.all = all;
        this.topic = new CursorWriter(topicId);
    }

    Object monitor() {
        return all;
    }

    @Override
    public void write(long[] positions) {
        all.place(topic, positions);
        all.write();
    }

    @Override
    public byte[] text() {
        return all.text();
    }

    @Override
    public int length() {
        return all.text().length;
    }
}
