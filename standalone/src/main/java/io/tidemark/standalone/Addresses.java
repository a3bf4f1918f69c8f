package io.tidemark.standalone;

import java.util.Map;

/**
 * Where a running broker is reached.
 *
 * @param gateway base URL of the HTTP interface
 * @param kafka {@code host:port} for Kafka clients
 * @param management base URL of health and metrics
 */
record Addresses(String gateway, String kafka, String management) {

    /** By the names under which the data folder's lock file carries them. */
    Map<String, String> byName() {
        return Map.of("gateway", gateway, "kafka", kafka, "management", management);
    }
}
