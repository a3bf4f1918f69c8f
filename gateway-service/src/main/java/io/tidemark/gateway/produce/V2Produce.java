package io.tidemark.gateway.produce;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.JsonText;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.EmbeddedFormat;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.gateway.produce.body.V2Body;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** {@code POST /topics/{topic}} and {@code POST /topics/{topic}/partitions/{partition}}. */
final class V2Produce {

    private final ProduceContext context;

    V2Produce(ProduceContext context) {
        this.context = context;
    }

    Publisher<Void> produce(
            HttpServerRequest request, HttpServerResponse response, List<String> path) {
        HttpHeaders headers = request.requestHeaders();
        EmbeddedFormat format = V2Types.embedded(headers.get(HttpHeaderNames.CONTENT_TYPE));
        String contentType = V2Types.answer(headers.get(HttpHeaderNames.ACCEPT));
        Records records = new Records(format, contentType, async(request.uri()));
        return context.writing(
                request,
                path.getFirst(),
                topic ->
                        context.produceBody(
                                request,
                                response,
                                topic,
                                path.size() > 1
                                        ? ProduceContext.partition(topic, path.get(1))
                                        : ParsedRecord.ANY_PARTITION,
                                records));
    }

    /** Whether the client wants no outcome, as Strimzi's bridge calls it. */
    private static boolean async(String uri) {
        if (uri.indexOf('?') < 0) {
            return false;
        }
        List<String> values = new QueryStringDecoder(uri).parameters().get("async");
        String async = values == null ? "false" : String.join(",", values);
        return switch (async) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw ApiError.badRequest("async: '" + async + "' is neither true nor false.")
                            .exception();
        };
    }

    private record Records(EmbeddedFormat format, String contentType, boolean accepted)
            implements WholeBody {

        @Override
        public List<Candidate> parse(Body body) {
            return ProduceContext.candidates(
                    V2Body.parse(body.bytes(), body.length(), format, body::pay));
        }

        @Override
        public int status(Delivery delivery) {
            return 200;
        }

        @Override
        public StringBuilder json(Delivery delivery) {
            return outcomes(delivery);
        }
    }

    private static StringBuilder outcomes(Delivery delivery) {
        StringBuilder json = new StringBuilder(80 + 64 * delivery.size());
        json.append("{\"offsets\":[");
        for (int i = 0; i < delivery.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            ApiError error = delivery.error(i);
            if (error == null) {
                json.append("{\"partition\":").append(delivery.partition(i));
                json.append(",\"offset\":").append(delivery.offset(i));
                json.append(",\"error_code\":null,\"error\":null}");
            } else {
                json.append("{\"partition\":null,\"offset\":null,\"error_code\":");
                json.append(error.errorCode()).append(",\"error\":");
                JsonText.quote(error.message(), json);
                json.append('}');
            }
        }
        return json.append("],\"key_schema_id\":null,\"value_schema_id\":null}");
    }
}
