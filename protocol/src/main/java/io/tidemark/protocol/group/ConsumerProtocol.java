package io.tidemark.protocol.group;

import io.tidemark.protocol.transport.DecodeAllowance;
import io.tidemark.protocol.transport.MessageReader;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;

/**
 * The metadata and assignments of members of groups whose protocol type is {@link #TYPE}: a version
 * (int16), then the message. Bytes of a version newer than any known are read as the newest known,
 * which is how the format is meant to grow. Safe for any thread.
 */
public final class ConsumerProtocol {
    /** The protocol type of consumers. */
    public static final String TYPE = "consumer";

    /** What a member's bytes may become: a subscription to some 50,000 topics. */
    private static final long MAX_DECODED_BYTES = 16 << 20;

    private ConsumerProtocol() {}

    /** What a member wants; empty where the bytes are none of this format. */
    public static Optional<ConsumerProtocolSubscription> subscription(byte[] bytes) {
        return read(
                bytes,
                new ConsumerProtocolSubscription(),
                ConsumerProtocolSubscription.HIGHEST_SUPPORTED_VERSION);
    }

    /** What a member was given; empty where the bytes are none of this format. */
    public static Optional<ConsumerProtocolAssignment> assignment(byte[] bytes) {
        return read(
                bytes,
                new ConsumerProtocolAssignment(),
                ConsumerProtocolAssignment.HIGHEST_SUPPORTED_VERSION);
    }

    /** The version that the bytes were written with; empty where they have none. */
    public static Optional<Short> version(byte[] bytes) {
        return bytes.length < Short.BYTES
                ? Optional.empty()
                : Optional.of(ByteBuffer.wrap(bytes).getShort());
    }

    /**
     * @param version 0 to {@link ConsumerProtocolSubscription#HIGHEST_SUPPORTED_VERSION}
     */
    public static byte[] write(ConsumerProtocolSubscription subscription, short version) {
        return MessageUtil.toVersionPrefixedBytes(version, subscription);
    }

    /**
     * @param version 0 to {@link ConsumerProtocolAssignment#HIGHEST_SUPPORTED_VERSION}
     */
    public static byte[] write(ConsumerProtocolAssignment assignment, short version) {
        return MessageUtil.toVersionPrefixedBytes(version, assignment);
    }

    private static <M extends ApiMessage> Optional<M> read(byte[] bytes, M into, short newest) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.remaining() < Short.BYTES) {
            return Optional.empty();
        }
        short version = buffer.getShort();
        if (version < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new MessageReader(buffer, DecodeAllowance.upTo(MAX_DECODED_BYTES))
                            .read(into, (short) Math.min(version, newest)));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
