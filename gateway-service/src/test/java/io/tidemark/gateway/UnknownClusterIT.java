package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.MetadataListener;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A gateway that has just started: the cluster's metadata has not come yet. */
class UnknownClusterIT extends RunningGateway {

    /** Routes that say nothing of topics, groups or nodes. */
    private static final Set<String> OF_ITSELF =
            Set.of("/", "/openapi", "/openapi/v3", "/openapi/ui", "/healthy", "/metrics");

    /** Instances are the directory's, which knows them without the cluster. */
    private static final String NO_INSTANCE = "\"error_code\":40403";

    @Override
    ControlPlane controlPlane() throws IOException {
        ControlPlane known = super.controlPlane();
        return (ControlPlane)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {ControlPlane.class},
                        (proxy, method, arguments) ->
                                arguments != null
                                                && arguments.length == 1
                                                && arguments[0] instanceof MetadataListener
                                        ? (ControlPlane.Subscription) () -> {}
                                        : method.invoke(known, arguments));
    }

    @Test
    void shouldAnswerNoRouteByNotFoundBeforeTheClusterIsKnown() throws Exception {
        // Given
        JsonNode paths = get("/openapi").json().get("paths");
        List<String> wrong = new ArrayList<>();
        int asked = 0;

        // When
        for (String path : paths.propertyNames()) {
            for (String method : paths.get(path).propertyNames()) {
                if (OF_ITSELF.contains(path)) {
                    continue;
                }
                Reply reply = ask(method, path);
                asked++;
                boolean missing = reply.status() == 404 && !reply.body().contains(NO_INSTANCE);
                if (missing
                        || reply.status() == 503 && reply.retryAfter().isEmpty()
                        || reply.status() == 200) {
                    wrong.add(method + " " + path + ": " + reply.status() + " " + reply.body());
                }
            }
        }

        // Then
        assertThat(asked).isGreaterThan(50);
        assertThat(wrong).isEmpty();
    }

    private Reply ask(String method, String path) throws Exception {
        String filled =
                path.replace("{partition}", "0")
                        .replace("{broker}", "1")
                        .replaceAll("\\{[^}]*}", "orders");
        boolean body = method.equals("post") || method.equals("put") || method.equals("patch");
        String type =
                path.startsWith("/topics") || path.startsWith("/consumers")
                        ? JSON
                        : "application/json";
        return send(
                method.toUpperCase(java.util.Locale.ROOT),
                filled + (filled.startsWith("/groups") ? "?topics=orders" : ""),
                body ? type : "",
                body ? "{\"records\":[{\"value\":1}]}" : "");
    }
}
