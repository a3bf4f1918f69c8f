package io.tidemark.gateway.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * A route and its description.
 *
 * @param path with variables in braces, {@code /topics/{topic}}; no wildcards
 * @param tag the group it is shown in
 * @param summary one line
 * @param description more, Markdown; may be empty
 * @param requestBody {@link Body#NONE} where it takes none
 * @param answers the successful ones; errors are the same for all routes
 */
public record Route(
        HttpMethod method,
        String path,
        String tag,
        String summary,
        String description,
        List<Parameter> parameters,
        Body requestBody,
        List<Answer> answers,
        Handling handling) {

    /** How it is served. */
    public sealed interface Handling {}

    /** By WebFlux. */
    public record Functional(HandlerFunction<ServerResponse> handler) implements Handling {}

    /**
     * In front of WebFlux, straight from Reactor Netty, for the busiest routes.
     *
     * @param answersHead whether the handler of a GET answers HEAD, too
     */
    public record Direct(DirectHandler handler, boolean answersHead) implements Handling {}

    /**
     * A query parameter or header (path variables are taken from the path).
     *
     * @param name may end in {@code <name>}, or another word in such brackets, which stands for any
     * @param repeatable whether it means something more than once
     */
    public record Parameter(
            String name,
            In in,
            boolean required,
            String type,
            String description,
            boolean repeatable) {
        public enum In {
            QUERY,
            HEADER
        }

        /** Whether it stands for all whose names begin so. */
        public boolean anyName() {
            return name.endsWith(">");
        }

        /** The name, or what the names begin with. */
        public String fixedName() {
            return anyName() ? name.substring(0, name.indexOf('<')) : name;
        }
    }

    /**
     * A body.
     *
     * @param contentTypes the ones taken, the first preferred; empty for no body
     * @param schema a JSON schema as JSON text; empty for any
     * @param example as text; may be empty
     */
    public record Body(List<String> contentTypes, String schema, String example) {
        public static final Body NONE = new Body(List.of(), "", "");

        /** A body of text. */
        public static Body text(String contentType, String example) {
            return new Body(List.of(contentType), reference("Text"), example);
        }

        /** An error, as all routes answer it. */
        public static Body error() {
            return of("Error");
        }

        /** A JSON body of a shape that the description has under this name. */
        public static Body of(String schema) {
            return json(reference(schema), "");
        }

        /** What stands for a shape that the description has under this name. */
        public static String reference(String schema) {
            return "{\"$ref\":\"#/components/schemas/" + schema + "\"}";
        }

        /** A JSON body. */
        public static Body json(String schema, String example) {
            return new Body(List.of("application/json"), schema, example);
        }
    }

    /** A successful answer. */
    public record Answer(int status, String description, Body body) {}

    public static Builder get(String path) {
        return new Builder(HttpMethod.GET, path);
    }

    public static Builder post(String path) {
        return new Builder(HttpMethod.POST, path);
    }

    public static Builder put(String path) {
        return new Builder(HttpMethod.PUT, path);
    }

    public static Builder patch(String path) {
        return new Builder(HttpMethod.PATCH, path);
    }

    public static Builder delete(String path) {
        return new Builder(HttpMethod.DELETE, path);
    }

    /** This route under another path prefix. */
    public Route under(String prefix) {
        return new Route(
                method,
                prefix + path,
                tag,
                summary,
                description,
                parameters,
                requestBody,
                answers,
                handling);
    }

    /** Describes a route, then serves it. */
    public static final class Builder {
        private final HttpMethod method;
        private final String path;
        private final List<Parameter> parameters = new ArrayList<>();
        private final List<Answer> answers = new ArrayList<>();
        private String tag = "";
        private String summary = "";
        private String description = "";
        private Body requestBody = Body.NONE;

        private Builder(HttpMethod method, String path) {
            this.method = method;
            this.path = path;
        }

        public Builder tag(String tag) {
            this.tag = tag;
            return this;
        }

        public Builder summary(String summary) {
            this.summary = summary;
            return this;
        }

        public Builder description(String description) {
            this.description = description;
            return this;
        }

        /** An optional query parameter; {@code type} is JSON schema's. */
        public Builder query(String name, String type, String description) {
            parameters.add(
                    new Parameter(name, Parameter.In.QUERY, false, type, description, false));
            return this;
        }

        /** An optional query parameter that may come more than once. */
        public Builder queries(String name, String type, String description) {
            parameters.add(new Parameter(name, Parameter.In.QUERY, false, type, description, true));
            return this;
        }

        /** An optional request header. */
        public Builder header(String name, String description) {
            parameters.add(
                    new Parameter(name, Parameter.In.HEADER, false, "string", description, false));
            return this;
        }

        /** What is declared so far. */
        public List<Parameter> parameters() {
            return List.copyOf(parameters);
        }

        /** What several routes have in common. */
        public Builder with(UnaryOperator<Builder> shared) {
            return shared.apply(this);
        }

        public Builder takes(Body body) {
            this.requestBody = body;
            return this;
        }

        public Builder answers(int status, String description, Body body) {
            answers.add(new Answer(status, description, body));
            return this;
        }

        /** Served by WebFlux. */
        public Route servedBy(HandlerFunction<ServerResponse> handler) {
            return build(new Functional(handler));
        }

        /** Served in front of WebFlux. */
        public Route servedDirectlyBy(DirectHandler handler) {
            return build(new Direct(handler, false));
        }

        /** The same, by a handler that answers GET and HEAD. */
        public Route servedDirectlyWithHeadBy(DirectHandler handler) {
            return build(new Direct(handler, true));
        }

        private Route build(Handling handling) {
            return new Route(
                    method,
                    path,
                    tag,
                    summary,
                    description,
                    List.copyOf(parameters),
                    requestBody,
                    List.copyOf(answers),
                    handling);
        }
    }
}
