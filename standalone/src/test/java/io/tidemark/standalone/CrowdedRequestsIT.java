package io.tidemark.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Requests of every API whose arrays hold many elements with one key, or with keys of one hash:
 * work grows with the elements, not with their square or cube, so that others are served beside it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrowdedRequestsIT {
    private static final int ELEMENTS = 10_000;

    /** Where all elements cost the cube of their number, an answer takes half an hour. */
    private static final int PATIENCE_MS = 30_000;

    private ConfigurableApplicationContext broker;
    private InetSocketAddress address;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        SpringApplication application = new SpringApplication(TidemarkApplication.class);
        application.addInitializers(new Preflight(TidemarkApplication.LISTENERS));
        broker =
                application.run(
                        "--tidemark.data-dir=" + data,
                        "--tidemark.gateway.port=0",
                        "--tidemark.partition.port=" + port,
                        "--management.server.port=0");
        address = new InetSocketAddress("127.0.0.1", port);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    static Stream<ApiMessageType> shouldAnswerSoon() {
        return Stream.of(ApiMessageType.values())
                .filter(api -> api.listeners().contains(ApiMessageType.ListenerType.BROKER));
    }

    @ParameterizedTest
    @MethodSource
    @Timeout(180)
    void shouldAnswerSoon(ApiMessageType api) throws Exception {
        IntFunction<String> equal = i -> "same";
        IntFunction<String> colliding = CrowdedRequestsIT::collides;
        for (IntFunction<String> names : List.of(equal, colliding)) {
            for (short version : versions(api)) {
                ask(api, version, names);
            }
        }
        assertThat(versionsServed()).isNotEmpty();
    }

    /** The first and the last that are served. */
    private List<Short> versions(ApiMessageType api) throws IOException {
        return versionsServed().stream()
                .filter(served -> served.apiKey() == api.apiKey())
                .flatMap(served -> Stream.of(served.minVersion(), served.maxVersion()))
                .distinct()
                .filter(version -> api.requestSchemas()[version] != null) // told, but refused
                .toList();
    }

    private List<ApiVersionsResponseData.ApiVersion> versionsServed() throws IOException {
        ApiVersionsRequestData request =
                new ApiVersionsRequestData()
                        .setClientSoftwareName("crowd")
                        .setClientSoftwareVersion("1");
        ByteBuffer body = MessageUtil.toByteBufferAccessor(request, (short) 3).buffer();
        ByteBuffer answer = exchange(ApiMessageType.API_VERSIONS, (short) 3, body);
        assertThat(answer).isNotNull();
        ByteBufferAccessor bytes = new ByteBufferAccessor(answer);
        new ResponseHeaderData(bytes, (short) 0);
        return new ArrayList<>(new ApiVersionsResponseData(bytes, (short) 3).apiKeys());
    }

    private void ask(ApiMessageType api, short version, IntFunction<String> names)
            throws IOException {
        Schema schema = api.requestSchemas()[version];
        Struct request = crowd(schema, names, 0);
        ByteBuffer body = ByteBuffer.allocate(schema.sizeOf(request));
        schema.write(body, request);
        exchange(api, version, body.flip());
    }

    /** The answer; null where the server hung up instead. */
    private @Nullable ByteBuffer exchange(ApiMessageType api, short version, ByteBuffer body)
            throws IOException {
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(api.apiKey())
                        .setRequestApiVersion(version)
                        .setClientId("crowd");
        ByteBuffer head =
                MessageUtil.toByteBufferAccessor(header, api.requestHeaderVersion(version))
                        .buffer();
        byte[] frame =
                ByteBuffer.allocate(Integer.BYTES + head.remaining() + body.remaining())
                        .putInt(head.remaining() + body.remaining())
                        .put(head)
                        .put(body)
                        .array();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(address);
            socket.getOutputStream().write(frame);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            return ByteBuffer.wrap(answer);
        } catch (EOFException | SocketException e) {
            return null;
        }
    }

    /** Many elements in the outermost arrays, one in those within. */
    private static Struct crowd(Schema schema, IntFunction<String> names, int which) {
        Struct struct = new Struct(schema);
        for (BoundField field : schema.fields()) {
            struct.set(field, value(field.def.type, names, which, ELEMENTS));
        }
        return struct;
    }

    private static @Nullable Object value(
            Type type, IntFunction<String> names, int which, int elements) {
        if (type instanceof Schema inner) {
            return crowd(inner, names, which);
        } else if (type.isArray()) {
            Type element = type.arrayElementType().orElseThrow();
            return IntStream.range(0, elements)
                    .mapToObj(
                            i ->
                                    element instanceof Schema inner
                                            ? inArray(inner, names, i)
                                            : value(element, names, i, 1))
                    .toArray();
        } else if (type instanceof TaggedFields) {
            return new TreeMap<>();
        }
        return scalar(type, names.apply(which));
    }

    private static Struct inArray(Schema schema, IntFunction<String> names, int which) {
        Struct struct = new Struct(schema);
        for (BoundField field : schema.fields()) {
            Type type = field.def.type;
            struct.set(
                    field,
                    type instanceof Schema inner
                            ? inArray(inner, names, which)
                            : value(type, names, which, 1));
        }
        return struct;
    }

    private static @Nullable Object scalar(Type type, String name) {
        return switch (type.toString()) {
            case "BOOLEAN" -> false;
            case "INT8" -> (byte) 0;
            case "INT16" -> (short) 1; // acks, for an answer
            case "UINT16" -> 0;
            case "INT32" -> 0;
            case "UINT32", "INT64" -> 0L;
            case "FLOAT64" -> 0.0;
            case "UUID" -> Uuid.ZERO_UUID;
            case "STRING", "COMPACT_STRING", "NULLABLE_STRING", "COMPACT_NULLABLE_STRING" -> name;
            case "BYTES", "COMPACT_BYTES", "NULLABLE_BYTES", "COMPACT_NULLABLE_BYTES" ->
                    ByteBuffer.allocate(0);
            case "RECORDS", "COMPACT_RECORDS", "NULLABLE_RECORDS", "COMPACT_NULLABLE_RECORDS" ->
                    null;
            default -> throw new AssertionError("unknown type " + type);
        };
    }

    /** A name of its own with the hash of all others. */
    private static String collides(int which) {
        StringBuilder name = new StringBuilder();
        for (int bit = 0; bit < 15; bit++) {
            name.append((which >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString();
    }
}
