package io.tidemark.cluster.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what {@code /actuator/health} answers, as sentences about what is wrong. */
final class HealthPage {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> GOOD = Set.of("UP", "UNKNOWN");
    private static final long MEGABYTE = 1 << 20;

    /** An answer may be a while on its way. */
    private static final long TOLERATED_SKEW_MS = 10_000;

    private HealthPage() {}

    /**
     * @param nowMs what the clock of this machine shows
     */
    static Observation.Health read(String body, long nowMs) {
        try {
            JsonNode page = JSON.readTree(body);
            List<String> complaints = new ArrayList<>();
            for (Map.Entry<String, JsonNode> component : page.path("components").properties()) {
                complain(component.getKey(), component.getValue(), complaints);
                judgeClock(component.getValue().path("details").path("clockMs"), nowMs, complaints);
            }
            return new Observation.Health(page.path("status").asString("UNKNOWN"), complaints);
        } catch (JacksonException e) {
            return new Observation.Health(
                    "UNKNOWN", List.of("its health page answers something else"));
        }
    }

    private static void judgeClock(JsonNode clockMs, long nowMs, List<String> complaints) {
        long aheadMs = clockMs.asLong(nowMs) - nowMs;
        if (Math.abs(aheadMs) > TOLERATED_SKEW_MS) {
            complaints.add(
                    "its clock is %d s %s this machine's: retention and timestamps follow it"
                            .formatted(
                                    Math.abs(aheadMs) / 1_000,
                                    aheadMs > 0 ? "ahead of" : "behind"));
        }
    }

    private static void complain(String name, JsonNode component, List<String> complaints) {
        String status = component.path("status").asString("");
        if (GOOD.contains(status)) {
            return;
        }
        JsonNode details = component.path("details");
        int before = complaints.size();
        for (Map.Entry<String, JsonNode> directory :
                details.path("offlineLogDirectories").properties()) {
            complaints.add(
                    "log directory %s has failed and is offline: %s"
                            .formatted(directory.getKey(), directory.getValue().asString("")));
        }
        for (Map.Entry<String, JsonNode> directory :
                details.path("slowLogDirectoriesMs").properties()) {
            complaints.add(
                    "its disk is slow: a sync of %s takes %d ms"
                            .formatted(directory.getKey(), directory.getValue().asLong(0)));
        }
        if (!details.path("corruptPartitions").isEmpty()) {
            complaints.add("damage was found in " + join(details.path("corruptPartitions")));
        }
        for (Map.Entry<String, JsonNode> log : details.path("unusableLogs").properties()) {
            complaints.add(
                    "the log of %s cannot be opened: %s"
                            .formatted(log.getKey(), log.getValue().asString()));
        }
        if (details.has("session")) {
            complaints.add("its session with the coordinator is lost");
        }
        if (name.equals("diskSpace")) {
            complaints.add(
                    "the disk is full: %d MB of %d MB left at %s; what it leads takes no writes"
                            .formatted(
                                    details.path("free").asLong(0) / MEGABYTE,
                                    details.path("total").asLong(0) / MEGABYTE,
                                    details.path("path").asString("its data folder")));
        }
        if (complaints.size() == before) {
            complaints.add(name + " is " + status + texts(details));
        }
    }

    private static String join(JsonNode names) {
        return names.valueStream().map(name -> name.asString("")).collect(Collectors.joining(", "));
    }

    private static String texts(JsonNode details) {
        String text =
                details.properties().stream()
                        .map(detail -> detail.getKey() + " " + detail.getValue().asString(""))
                        .collect(Collectors.joining(", "));
        return text.isEmpty() ? "" : " (" + text + ")";
    }
}
