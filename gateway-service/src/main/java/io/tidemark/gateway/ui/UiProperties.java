package io.tidemark.gateway.ui;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The admin UI.
 *
 * @param directory what its build made ({@code admin-ui/dist}); empty, or a folder without an
 *     index.html, serves a page that says how to build it
 */
@Validated
@ConfigurationProperties("tidemark.gateway.ui")
public record UiProperties(@DefaultValue("") String directory) {}
