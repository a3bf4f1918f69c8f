package io.tidemark.gateway;

import io.tidemark.gateway.shared.redis.RedisServer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;

/** A second gateway beside the first, and a Redis for both that a test may end and start. */
abstract class TwoGateways extends RunningGateway {

    RedisServer redis;
    ReactiveWebServerApplicationContext second;

    @Override
    @BeforeEach
    void start() throws IOException {
        try {
            redis = RedisServer.started();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        super.start();
        second = open();
    }

    @Override
    @AfterEach
    void stop() {
        if (second != null) {
            second.close();
            super.stop();
        }
        redis.close();
    }

    @Override
    final Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(moreSettings());
        settings.put("tidemark.redis.url", redis.url());
        return settings;
    }

    /** Settings of both gateways, beside where Redis is. */
    abstract Map<String, String> moreSettings();
}
