package io.tidemark.gateway.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The envelope of v3 resources, with links as the client would write them: {@code
 * http://host:port/v3/clusters/…}, under the prefix that it used itself.
 *
 * @param base up to and with {@code /v3}
 */
record V3Links(String base, String clusterId) {

    static V3Links of(ServerRequest request, String clusterId) {
        String uri = request.uri().getScheme() + "://" + request.uri().getRawAuthority();
        String prefix = request.path().startsWith("/kafka/v3") ? "/kafka/v3" : "/v3";
        return new V3Links(uri + prefix, clusterId);
    }

    /** A URL below the cluster; names are encoded. */
    String url(String... segments) {
        StringBuilder url = new StringBuilder(base).append("/clusters/").append(clusterId);
        for (String segment : segments) {
            url.append('/').append(UriUtils.encodePathSegment(segment, "UTF-8"));
        }
        return url.toString();
    }

    /**
     * A resource.
     *
     * @param crn names and values below the cluster, in turn: {@code topic, orders}
     * @param path its URL's segments below the cluster
     */
    ObjectNode resource(String kind, List<String> crn, String... path) {
        StringBuilder name = new StringBuilder("crn:///kafka=").append(clusterId);
        for (int i = 0; i < crn.size(); i += 2) {
            name.append('/').append(crn.get(i)).append('=').append(crn.get(i + 1));
        }
        ObjectNode node = Replies.object().put("kind", kind);
        node.putObject("metadata").put("self", url(path)).put("resource_name", name.toString());
        return node.put("cluster_id", clusterId);
    }

    void relate(ObjectNode resource, String name, String... path) {
        resource.putObject(name).put("related", url(path));
    }

    /** A whole list. */
    static ObjectNode list(String kind, String self, Iterable<ObjectNode> data) {
        return list(kind, self, null, data);
    }

    /**
     * A page of a list.
     *
     * @param next URL of the next page; null where this is the last
     */
    static ObjectNode list(
            String kind, String self, @Nullable String next, Iterable<ObjectNode> data) {
        ObjectNode node = Replies.object().put("kind", kind);
        node.putObject("metadata").put("self", self).put("next", next);
        ArrayNode array = node.putArray("data");
        data.forEach(array::add);
        return node;
    }
}
