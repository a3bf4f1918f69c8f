package io.tidemark.gateway.trace;

import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Traces, where an endpoint is configured. Until then no class of OpenTelemetry is loaded. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingProperties.class)
public class TracingConfiguration {

    @Bean
    TraceExport traceExport(TracingProperties properties) {
        return new TraceExport(properties);
    }

    @Bean
    Traces traces(TraceExport export) {
        return export.traces();
    }

    /** Sends what is left when the gateway stops. */
    static final class TraceExport implements DisposableBean {
        private final Traces traces;
        private final Runnable close;

        TraceExport(TracingProperties properties) {
            if (properties.on()) {
                SdkTracerProvider provider =
                        provider(
                                BatchSpanProcessor.builder(
                                                OtlpHttpSpanExporter.builder()
                                                        .setEndpoint(
                                                                String.valueOf(
                                                                        properties.endpoint()))
                                                        .build())
                                        .build(),
                                properties.sampling());
                traces = of(provider);
                close = provider::close;
            } else {
                traces = Traces.off();
                close = () -> {};
            }
        }

        Traces traces() {
            return traces;
        }

        @Override
        public void destroy() {
            close.run();
        }
    }

    static SdkTracerProvider provider(SpanProcessor processor, double sampling) {
        return SdkTracerProvider.builder()
                .addSpanProcessor(processor)
                .setSampler(
                        Sampler.parentBased(new LinkedSampler(Sampler.traceIdRatioBased(sampling))))
                .setResource(
                        Resource.getDefault()
                                .merge(
                                        Resource.builder()
                                                .put(
                                                        AttributeKey.stringKey("service.name"),
                                                        "tidemark-gateway")
                                                .build()))
                .build();
    }

    static Traces of(SdkTracerProvider provider) {
        return Traces.by(
                new OtelTracer(
                        provider.get("io.tidemark"), new OtelCurrentTraceContext(), event -> {}));
    }
}
