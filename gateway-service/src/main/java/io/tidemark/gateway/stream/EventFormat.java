package io.tidemark.gateway.stream;

/** How a stream's events are written. Followers of one topic with equal formats share bytes. */
public record EventFormat(Media media, Values values) {

    static final int COUNT = Media.values().length * Values.values().length;

    /** The envelope. */
    public enum Media {
        SSE("text/event-stream"),
        NDJSON("application/x-ndjson");

        private final String contentType;

        Media(String contentType) {
            this.contentType = contentType;
        }

        /** What Content-Type says. */
        public String contentType() {
            return contentType;
        }
    }

    /** What keys and values become. */
    public enum Values {
        /** JSON where they are JSON, else a string where they are UTF-8, else base64. */
        AUTO,
        /** JSON, else base64: a string in the event is a JSON string in the log. */
        JSON,
        /** A string where they are UTF-8, else base64. */
        TEXT,
        /** Base64. */
        BINARY,
        /** The whole record as a CloudEvent in JSON. */
        CLOUDEVENTS
    }

    /** In {@code [0, COUNT)}. */
    int index() {
        return media.ordinal() * Values.values().length + values.ordinal();
    }
}
