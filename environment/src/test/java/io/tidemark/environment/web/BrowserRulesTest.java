package io.tidemark.environment.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.environment.web.BrowserRules.Refused;
import io.tidemark.environment.web.BrowserRules.Served;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BrowserRulesTest {

    private static final BrowserRules LOOPBACK =
            new BrowserRules("tidemark.gateway", List.of(), List.of(), true);

    @Test
    void shouldServeAnyNameWhereOthersCanReachItAndNoneIsConfigured() {
        BrowserRules open = new BrowserRules("tidemark.gateway", List.of(), List.of(), false);
        assertThat(status(open, "gateway.shop.svc:8080", null, null)).isEqualTo(200);
        assertThat(status(open, "gateway:8080", "http://gateway:8080", null)).isEqualTo(200);
        BrowserRules named =
                new BrowserRules("tidemark.gateway", List.of("*.svc"), List.of(), false);
        assertThat(status(named, "gateway.shop.svc:8080", null, null)).isEqualTo(200);
        assertThat(status(named, "svc", null, null)).isEqualTo(421);
        assertThat(status(named, "evil.example", null, null)).isEqualTo(421);
    }

    @Test
    void shouldServeWhoeverSendsNoHost() {
        assertThat(status(LOOPBACK, null, null, null)).isEqualTo(200);
    }

    @Test
    void shouldTrustTheBrowserWhereAProxyChangesTheName() {
        BrowserRules open = new BrowserRules("tidemark.gateway", List.of(), List.of(), false);
        assertThat(status(open, "gateway:8080", "https://ui.example", "same-origin"))
                .isEqualTo(200);
        assertThat(status(open, "gateway:8080", "https://ui.example", null)).isEqualTo(403);
    }

    @Test
    void shouldServeALinkButNoImage() {
        Arrival link = new Arrival("localhost:8080", null, "cross-site", true);
        assertThat(LOOPBACK.judge(link)).isEqualTo(new Served(null));
        assertThat(status(LOOPBACK, "localhost:8080", null, "cross-site")).isEqualTo(403);
        assertThat(status(LOOPBACK, "localhost:8080", null, "same-site")).isEqualTo(403);
        assertThat(status(LOOPBACK, "localhost:8080", null, "none")).isEqualTo(200);
        assertThat(Arrival.isNavigation("GET", "navigate", "document")).isTrue();
        assertThat(Arrival.isNavigation("POST", "navigate", "document")).isFalse();
        assertThat(Arrival.isNavigation("GET", "navigate", "iframe")).isFalse();
    }

    @Test
    void shouldSayStarWhereAllMayRead() {
        BrowserRules all = new BrowserRules("tidemark.gateway", List.of(), List.of("*"), true);
        Arrival arrival = new Arrival("localhost", "https://any.example", "cross-site", false);
        assertThat(all.judge(arrival)).isEqualTo(new Served("*"));
        assertThat(all.dependsOnOrigin()).isFalse();
    }

    @Test
    void shouldRefuseSettingsThatCanNeverFit() {
        for (String origin : List.of("app.example", "https://app.example/", "https://*.example")) {
            assertThatThrownBy(
                            () ->
                                    new BrowserRules(
                                            "tidemark.gateway", List.of(), List.of(origin), true))
                    .hasMessageContaining(origin);
        }
        for (String host : List.of("broker:8080", "http://broker", "a*.example")) {
            assertThatThrownBy(
                            () ->
                                    new BrowserRules(
                                            "tidemark.gateway", List.of(host), List.of(), true))
                    .hasMessageContaining(host);
        }
    }

    private static int status(
            BrowserRules rules,
            @Nullable String host,
            @Nullable String origin,
            @Nullable String site) {
        return switch (rules.judge(new Arrival(host, origin, site, false))) {
            case Served served -> 200;
            case Refused refused -> refused.status();
        };
    }
}
