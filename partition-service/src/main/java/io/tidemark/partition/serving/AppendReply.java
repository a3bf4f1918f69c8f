package io.tidemark.partition.serving;

import io.tidemark.protocol.ErrorCode;

/** Told once what became of an append. Called on the partition's event loop; must not block. */
public interface AppendReply {

    /**
     * The records are as safe as was asked for.
     *
     * @param appendTimeMs -1 with message.timestamp.type=CreateTime
     */
    void acknowledged(long baseOffset, long appendTimeMs, long logStartOffset);

    /** Whom it tells. Any thread. */
    Sender sender();

    /** The records were not appended, or it is not known that they are safe. */
    void refused(ErrorCode error, String message);
}
