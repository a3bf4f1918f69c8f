package io.tidemark.gateway.shared;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of what gateways share.
 *
 * @param maxInstances consumer instances kept, over all gateways where they share a directory;
 *     beyond it creations are refused
 */
@Validated
@ConfigurationProperties("tidemark.gateway.shared")
public record SharedProperties(@DefaultValue("10000") @Min(1) @Max(1_000_000) int maxInstances) {}
