package io.tidemark.metadata.json;

import io.tidemark.metadata.image.ClusterImage;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.kafka.common.Uuid;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Writes and reads commands, results, deltas, images, heartbeats and the messages of the metadata
 * stream as one line of JSON each:
 *
 * <pre>{"format":1,"body":{"type":"deleteTopic","name":"orders","id":null}}</pre>
 *
 * <p>Sealed types carry a {@code type}. Unknown fields are ignored, so that a newer release may add
 * some; an unknown type and a newer format are refused. Safe for any thread.
 */
public final class MetadataJson {
    /** Grows when a reader that ignores what it does not know would get it wrong. */
    public static final int FORMAT = 1;

    private static final int MAX_TEXT_LENGTH = 1 << 20;
    private static final int MAX_DEPTH = 64;
    private static final JsonMapper MAPPER = mapper();

    private MetadataJson() {}

    /** One line, without a line break. */
    public static byte[] encode(Object value) {
        return writer(value).writeValueAsBytes(new Document<>(FORMAT, value));
    }

    /**
     * Writes to a stream and leaves it open.
     *
     * @throws JacksonException where the stream fails
     */
    public static void encode(Object value, OutputStream out) {
        writer(value)
                .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .writeValue(out, new Document<>(FORMAT, value));
    }

    /**
     * @throws MetadataFormatException where the bytes are no such document
     */
    public static <T> T decode(byte[] json, Class<T> type) throws MetadataFormatException {
        return decode(type, document -> MAPPER.readValue(json, document));
    }

    /** {@link #decode(byte[], Class)} of a text. */
    public static <T> T decode(String json, Class<T> type) throws MetadataFormatException {
        return decode(type, document -> MAPPER.readValue(json, document));
    }

    /** {@link #decode(byte[], Class)} of everything that a stream holds; closes it. */
    public static <T> T decode(InputStream json, Class<T> type) throws MetadataFormatException {
        return decode(type, document -> MAPPER.readValue(json, document));
    }

    /**
     * A value alone, as one line without a document around it, where a list of such makes the
     * document.
     *
     * @param type what readers will ask for: the sealed type, not the value's own class
     */
    public static <T> byte[] encodeBare(T value, Class<T> type) {
        return MAPPER.writerFor(type).writeValueAsBytes(value);
    }

    /**
     * Reads a value that stands alone.
     *
     * @throws MetadataFormatException where the bytes are no such value
     */
    public static <T> T decodeBare(byte[] json, Class<T> type) throws MetadataFormatException {
        return checked(type, () -> MAPPER.readValue(json, type));
    }

    private static ObjectWriter writer(Object value) {
        return MAPPER.writerFor(documentOf(value.getClass()));
    }

    private static JavaType documentOf(Class<?> type) {
        return MAPPER.getTypeFactory().constructParametricType(Document.class, type);
    }

    private static <T> T decode(Class<T> type, Reader reader) throws MetadataFormatException {
        return checked(
                type,
                () -> {
                    Document<?> read = reader.read(documentOf(type));
                    if (read == null || read.body() == null || read.format() < 1) {
                        throw new MetadataFormatException("Expected {\"format\":1,\"body\":...}");
                    }
                    if (read.format() > FORMAT) {
                        throw newer(read.format());
                    }
                    return type.cast(read.body());
                });
    }

    private static <T> T checked(Class<T> type, Reading<T> reading) throws MetadataFormatException {
        try {
            T read = reading.read();
            if (read == null) {
                throw new MetadataFormatException("Expected a " + type.getSimpleName());
            }
            return read;
        } catch (InvalidTypeIdException e) {
            throw new MetadataFormatException(
                    "Unknown type '" + e.getTypeId() + "' of " + type.getSimpleName(), e);
        } catch (JacksonIOException e) {
            throw new MetadataFormatException("Could not be read: " + e.getOriginalMessage(), e);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new MetadataFormatException(
                    "Not a JSON document of " + type.getSimpleName() + ": " + message(e), e);
        }
    }

    private static MetadataFormatException newer(int format) {
        return new MetadataFormatException(
                "Format " + format + " is newer than " + FORMAT + ", the newest known here");
    }

    private static String message(RuntimeException e) {
        return e instanceof JacksonException json ? json.getOriginalMessage() : "" + e.getMessage();
    }

    private static JsonMapper mapper() {
        SimpleModule ids = new SimpleModule("ids");
        ids.addSerializer(Uuid.class, new UuidWriter());
        ids.addDeserializer(Uuid.class, new UuidReader());
        ids.addKeySerializer(Uuid.class, new UuidKeyWriter());
        ids.addKeyDeserializer(Uuid.class, new UuidKeyReader());
        ids.addSerializer(ClusterImage.class, new ImageWriter());
        ids.addDeserializer(ClusterImage.class, new ImageReader());
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxStringLength(MAX_TEXT_LENGTH)
                                        .maxNestingDepth(MAX_DEPTH)
                                        .build())
                        .build();
        return JsonMapper.builder(factory)
                .addModule(ids)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .build();
    }

    private record Document<T>(int format, T body) {}

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws MetadataFormatException;
    }

    @FunctionalInterface
    private interface Reader {
        Document<?> read(JavaType document);
    }

    /** An image within another document, such as a snapshot of the metadata stream. */
    private static final class ImageWriter extends StdSerializer<ClusterImage> {
        ImageWriter() {
            super(ClusterImage.class);
        }

        @Override
        public void serialize(ClusterImage image, JsonGenerator out, SerializationContext context) {
            context.writeValue(out, ImageDocument.of(image));
        }
    }

    private static final class ImageReader extends StdDeserializer<ClusterImage> {
        ImageReader() {
            super(ClusterImage.class);
        }

        @Override
        public ClusterImage deserialize(JsonParser in, DeserializationContext context) {
            return context.readValue(in, ImageDocument.class).toImage();
        }
    }

    private static final class UuidWriter extends StdSerializer<Uuid> {
        UuidWriter() {
            super(Uuid.class);
        }

        @Override
        public void serialize(Uuid id, JsonGenerator out, SerializationContext context) {
            out.writeString(id.toString());
        }
    }

    private static final class UuidReader extends StdDeserializer<Uuid> {
        UuidReader() {
            super(Uuid.class);
        }

        @Override
        public Uuid deserialize(JsonParser in, DeserializationContext context) {
            return Uuid.fromString(in.getString());
        }
    }

    private static final class UuidKeyWriter extends StdSerializer<Uuid> {
        UuidKeyWriter() {
            super(Uuid.class);
        }

        @Override
        public void serialize(Uuid id, JsonGenerator out, SerializationContext context) {
            out.writeName(id.toString());
        }
    }

    private static final class UuidKeyReader extends KeyDeserializer {
        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return Uuid.fromString(key);
        }
    }
}
