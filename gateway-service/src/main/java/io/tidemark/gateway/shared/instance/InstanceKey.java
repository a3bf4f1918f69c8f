package io.tidemark.gateway.shared.instance;

import io.tidemark.gateway.error.ApiError;

/**
 * Names a consumer instance.
 *
 * @param group its group, 1 to 255 characters
 * @param instance unique in the group, 1 to 255 characters
 */
public record InstanceKey(String group, String instance) {

    private static final int MAX_LENGTH = 255;

    /**
     * @throws io.tidemark.gateway.error.ApiErrorException 400 where a name is empty or too long
     */
    public InstanceKey {
        check("group", group);
        check("instance", instance);
    }

    private static void check(String what, String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw ApiError.badRequest(
                            "The name of the %s has %d characters; 1 to %d are allowed."
                                    .formatted(what, name.length(), MAX_LENGTH))
                    .exception();
        }
    }
}
