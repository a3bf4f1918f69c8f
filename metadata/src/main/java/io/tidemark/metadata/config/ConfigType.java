package io.tidemark.metadata.config;

/** Kafka's types of configuration values, as DescribeConfigs reports them. */
public enum ConfigType {
    BOOLEAN(1, "true or false"),
    STRING(2, "text"),
    INT(3, "an integer"),
    LONG(5, "an integer"),
    DOUBLE(6, "a number"),
    LIST(7, "a comma-separated list");

    private final byte number;
    private final String description;

    ConfigType(int number, String description) {
        this.number = (byte) number;
        this.description = description;
    }

    /** The number in the Kafka protocol. */
    public byte number() {
        return number;
    }

    String description() {
        return description;
    }

    /** Whether the text is a value of this type; surrounding blanks do not count. */
    boolean accepts(String value) {
        String text = value.strip();
        try {
            return switch (this) {
                case BOOLEAN -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
                case STRING, LIST -> true;
                case INT -> Integer.toString(Integer.parseInt(text)).length() > 0;
                case LONG -> Long.toString(Long.parseLong(text)).length() > 0;
                case DOUBLE -> Double.isFinite(Double.parseDouble(text));
            };
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }
}
