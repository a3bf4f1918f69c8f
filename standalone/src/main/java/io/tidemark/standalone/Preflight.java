package io.tidemark.standalone;

import io.tidemark.standalone.failure.PortCheck;
import io.tidemark.standalone.failure.StartupProblem;
import io.tidemark.standalone.folder.Claim;
import io.tidemark.standalone.folder.DataFolder;
import java.nio.file.Path;
import java.util.List;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Looks at what most often stands in the way, ports and the data folder, before a single bean is
 * made. On the main thread.
 */
final class Preflight implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String BEAN_NAME = "dataFolder";

    private final List<Listener> listeners;

    Preflight(List<Listener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        Binder binder = Binder.get(environment);
        Path path = binder.bindOrCreate("tidemark", StandaloneProperties.class).dataDir();
        for (Listener listener : listeners) {
            PortCheck.requireFree(
                    listener.purpose(),
                    binder.bind(listener.hostKey(), String.class).orElse("127.0.0.1"),
                    binder.bind(listener.portKey(), Integer.class).get(),
                    listener.setting());
        }
        DataFolder folder = claim(path);
        DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
        beans.registerSingleton(BEAN_NAME, folder);
        beans.registerDisposableBean(BEAN_NAME, folder::close); // the first in is the last out
    }

    private static DataFolder claim(Path path) {
        return switch (DataFolder.claim(path)) {
            case Claim.Claimed claimed -> claimed.folder();
            case Claim.Locked locked -> throw locked(locked);
            case Claim.Foreign foreign ->
                    throw new StartupProblem(
                            "%s holds files that are not Tidemark's (%s)."
                                    .formatted(foreign.path(), String.join(", ", foreign.names())),
                            "choose an empty or a new folder: --tidemark.data-dir=…");
            case Claim.UnknownFormat unknown ->
                    throw new StartupProblem(
                            "%s is a data folder of format %s, which this version cannot read."
                                    .formatted(unknown.path(), unknown.format()),
                            "use the version that wrote it, or another folder: --tidemark.data-dir=…");
            case Claim.Unusable unusable ->
                    throw new StartupProblem(
                            "the data folder %s cannot be used: %s."
                                    .formatted(unusable.path(), unusable.reason()),
                            "mend it, or choose another: --tidemark.data-dir=…");
        };
    }

    private static StartupProblem locked(Claim.Locked locked) {
        if (locked.pid().isEmpty()) {
            return new StartupProblem(
                    "the data folder %s is locked by another process.".formatted(locked.path()),
                    "stop that one, or choose another folder: --tidemark.data-dir=…");
        }
        return new StartupProblem(
                "the data folder %s is in use by process %d, another Tidemark."
                        .formatted(locked.path(), locked.pid().getAsLong()),
                "stop it (./tidemark down), or choose another folder: --tidemark.data-dir=…");
    }
}
