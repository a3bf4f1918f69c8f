package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;

/** How v3 routes are described. */
final class V3Routes {

    private static final String TAG = "REST v3";

    private V3Routes() {}

    /**
     * @param answer the name of a schema
     */
    static Route.Builder get(String path, String summary, String answer) {
        return Route.get(path)
                .tag(TAG)
                .summary(summary)
                .answers(200, "As described", Body.of(answer));
    }

    static Route.Builder post(String path, String summary, String schema, String example) {
        return Route.post(path).tag(TAG).summary(summary).takes(Body.json(schema, example));
    }

    static Route.Builder put(String path, String summary, String schema, String example) {
        return Route.put(path)
                .tag(TAG)
                .summary(summary)
                .takes(Body.json(schema, example))
                .answers(204, "Done", Body.NONE);
    }

    static Route.Builder patch(
            String path, String summary, String schema, String example, String answer) {
        return Route.patch(path)
                .tag(TAG)
                .summary(summary)
                .takes(Body.json(schema, example))
                .answers(200, "The resource as it is now", Body.of(answer));
    }

    static Route.Builder delete(String path, String summary) {
        return Route.delete(path).tag(TAG).summary(summary).answers(204, "Done", Body.NONE);
    }
}
