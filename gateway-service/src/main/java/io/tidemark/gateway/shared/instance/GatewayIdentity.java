package io.tidemark.gateway.shared.instance;

import java.util.UUID;

/**
 * Who owns an instance: one run of a gateway process. A gateway that was restarted is another one.
 *
 * @param id unique among all gateways, past ones included
 */
public record GatewayIdentity(String id) {

    public static GatewayIdentity random() {
        return new GatewayIdentity("gateway-" + UUID.randomUUID());
    }
}
