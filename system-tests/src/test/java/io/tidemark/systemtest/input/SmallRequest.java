package io.tidemark.systemtest.input;

import java.io.ByteArrayOutputStream;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;

/**
 * A request as its schema has it, as small as can be: zeros, empty strings, arrays of one element;
 * but for one array, which has as many elements as a test wants.
 */
final class SmallRequest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean compact;
    private final int wanted;
    private final int elements;
    private int arrays;

    private SmallRequest(boolean compact, int wanted, int elements) {
        this.compact = compact;
        this.wanted = wanted;
        this.elements = elements;
    }

    /**
     * The bytes of a frame, without its length.
     *
     * @param array which one is long, counted as they come; beyond the last one none is
     * @param elements so many
     */
    static byte[] frame(ApiMessageType api, short version, int array, int elements) {
        SmallRequest request = begin(api, version, array, elements);
        request.write(api.requestSchemas()[version]);
        return request.out.toByteArray();
    }

    /** A header alone. */
    static byte[] header(ApiMessageType api, short version) {
        return begin(api, version, -1, 0).out.toByteArray();
    }

    /** How many arrays a request has. */
    static int arrays(ApiMessageType api, short version) {
        SmallRequest request = begin(api, version, -1, 0);
        request.write(api.requestSchemas()[version]);
        return request.arrays;
    }

    private static SmallRequest begin(ApiMessageType api, short version, int array, int elements) {
        boolean flexible = api.requestHeaderVersion(version) >= 2;
        SmallRequest request = new SmallRequest(flexible, array, elements);
        request.number(api.apiKey(), Short.BYTES);
        request.number(version, Short.BYTES);
        request.number(1, Integer.BYTES); // correlation id
        request.number(0, Short.BYTES); // client id
        if (flexible) {
            request.out.write(0);
        }
        return request;
    }

    private void write(Type type) {
        if (type instanceof Schema schema) {
            for (BoundField field : schema.fields()) {
                write(field.def.type);
            }
        } else if (type instanceof TaggedFields) {
            out.write(0);
        } else if (type.isArray()) {
            writeArray(type.arrayElementType().orElseThrow());
        } else {
            out.writeBytes(smallest(type.toString()));
        }
    }

    private void writeArray(Type element) {
        boolean isWanted = arrays++ == wanted;
        int count = isWanted ? elements : 1;
        if (compact) {
            varint(count + 1);
        } else {
            number(count, Integer.BYTES);
        }
        int from = out.size();
        write(element);
        if (isWanted) {
            byte[] all = out.toByteArray();
            for (int i = 1; i < count; i++) {
                out.write(all, from, all.length - from);
            }
        }
    }

    private static byte[] smallest(String type) {
        return switch (type) {
            case "BOOLEAN", "INT8", "VARINT", "VARLONG" -> new byte[1];
            case "INT16", "UINT16", "STRING", "NULLABLE_STRING" -> new byte[2];
            case "INT32", "UINT32", "BYTES", "NULLABLE_BYTES", "RECORDS", "NULLABLE_RECORDS" ->
                    new byte[4];
            case "INT64", "FLOAT64" -> new byte[8];
            case "UUID" -> new byte[16];
            default -> {
                if (type.startsWith("COMPACT_")) {
                    yield new byte[] {1};
                }
                throw new IllegalStateException("no such type: " + type);
            }
        };
    }

    private void varint(int value) {
        int left = value;
        while (left > 0x7f) {
            out.write(left & 0x7f | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private void number(int value, int bytes) {
        for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write(value >> shift);
        }
    }
}
