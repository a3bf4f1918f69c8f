package io.tidemark.systemtest.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/** Starts the shared broker when the first test asks for it and ends it with the run. */
final class SharedBrokerExtension implements ParameterResolver, TestWatcher {

    private static final Namespace NAMESPACE = Namespace.create(SharedBrokerExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Broker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return shared(context).broker();
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        System.err.println(
                "The broker's log when "
                        + context.getDisplayName()
                        + " failed:\n"
                        + shared(context).broker().process().logTail());
    }

    private static Shared shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Shared.class, ignored -> Shared.start(), Shared.class);
    }

    private record Shared(Broker broker, Path folder) implements AutoCloseable {

        static Shared start() {
            try {
                Path folder = Files.createTempDirectory("tidemark-shared-");
                Installation installation = Installation.underTest(folder.resolve("data"));
                return new Shared(Broker.start(patient(installation)), folder);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** Tests write records of 1970, which retention would drop now and then. */
        private static Installation patient(Installation installation) {
            return installation.reference()
                    ? installation
                    : installation.launchedBy(
                            installation
                                    .launch()
                                    .with("tidemark.partition.retention-check-interval", "1h"));
        }

        @Override
        public void close() throws IOException {
            broker.close();
            BrokerFolder.delete(folder);
        }
    }
}
