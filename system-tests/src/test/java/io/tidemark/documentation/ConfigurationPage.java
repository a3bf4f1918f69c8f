package io.tidemark.documentation;

import io.tidemark.metadata.config.ConfigDefinition;
import io.tidemark.metadata.config.ConfigDefinition.Synonym;
import io.tidemark.metadata.config.ConfigDefinitions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes docs/CONFIGURATION.md from what the code declares: the metadata that Spring's annotation
 * processor derives from the {@code @ConfigurationProperties} records, and the catalogue of topic
 * configurations.
 */
final class ConfigurationPage {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private static final String INTRODUCTION =
            """
            # Configuration

            *Made from the code by `./tidemark docs`; change the declarations there, not this page.*

            A setting is given as a flag (`./tidemark up --tidemark.data-dir=/var/lib/tidemark`), in the environment
            (`TIDEMARK_DATADIR=…`: upper case, dots as underscores, dashes left out), or in an `application.yaml` in the
            working directory; the first of these wins. Durations are written `500ms`, `10s`, `5m`, `7d`; sizes `512KB`, `64MB`.
            Spring Boot's own settings apply too, such as `logging.level.io.tidemark`, `logging.file.name`,
            `management.server.port` (9404) and `management.server.address` (127.0.0.1).
            """;

    private static final String TOPICS =
            """

            ## Topics

            Kafka's names. Set them when a topic is created or later, over REST, by the admin client or by Kafka's tools. Where a
            topic does not set a key itself, the node's setting in the last column applies, then the default.

            | Key | Default | Allowed | What it does | Node |
            |---|---|---|---|---|
            """;

    private ConfigurationPage() {}

    static String write() throws IOException {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (Map.Entry<String, Map<String, JsonNode>> section : settings().entrySet()) {
            page.append("\n## ").append(section.getKey()).append("\n\n");
            page.append("| Key | Default | Type | What it does |\n|---|---|---|---|\n");
            section.getValue().forEach((name, property) -> appendSetting(page, name, property));
        }
        page.append(TOPICS);
        ConfigDefinitions.ofTopics().all().forEach(topic -> appendTopicKey(page, topic));
        return page.toString();
    }

    /** By the prefix they share, then by name. */
    private static Map<String, Map<String, JsonNode>> settings() throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        Map<String, Map<String, JsonNode>> sections = new TreeMap<>();
        for (URL url :
                Collections.list(ConfigurationPage.class.getClassLoader().getResources(METADATA))) {
            try (InputStream in = url.openStream()) {
                for (JsonNode property : json.readTree(in).path("properties")) {
                    String name = property.path("name").asString();
                    if (name.startsWith("tidemark.")) {
                        String prefix = name.substring(0, name.lastIndexOf('.'));
                        sections.computeIfAbsent(prefix, p -> new TreeMap<>()).put(name, property);
                    }
                }
            }
        }
        return sections;
    }

    private static void appendSetting(StringBuilder page, String name, JsonNode property) {
        String type = property.path("type").asString();
        page.append(
                "| `%s` | %s | %s | %s |%n"
                        .formatted(
                                name,
                                defaultOf(property.path("defaultValue")),
                                type.replaceAll("[\\w.]+[.$](\\w+)", "$1")
                                        .replace("<", "&lt;")
                                        .toLowerCase(Locale.ROOT),
                                cell(sentence(property.path("description").asString("")))));
    }

    private static String defaultOf(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        return value.isValueNode() ? "`" + value.asString() + "`" : "`" + value + "`";
    }

    private static void appendTopicKey(StringBuilder page, ConfigDefinition key) {
        page.append(
                "| `%s` | %s | %s | %s | %s |%n"
                        .formatted(
                                key.name(),
                                key.defaultValue()
                                        .map(value -> value.isEmpty() ? "empty" : "`" + value + "`")
                                        .orElse(""),
                                cell(key.rule().describe(key.type())),
                                cell(key.documentation()),
                                key.synonyms().stream()
                                        .map(Synonym::name)
                                        .map(name -> "`" + name + "`")
                                        .collect(Collectors.joining(", "))));
    }

    private static String sentence(String text) {
        String joined =
                text.replaceAll("\\{@code ([^}]*)}", "`$1`").replaceAll("\\s+", " ").strip();
        if (joined.isEmpty()) {
            return joined;
        }
        String capital = Character.toUpperCase(joined.charAt(0)) + joined.substring(1);
        return capital.endsWith(".") ? capital : capital + ".";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
