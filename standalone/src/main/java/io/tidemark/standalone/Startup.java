package io.tidemark.standalone;

import io.tidemark.environment.thread.FatalStop;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** How every process of ours begins. */
final class Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    private Startup() {}

    /** Runs the application, its listeners checked before; exits with 1 where it cannot start. */
    static ConfigurableApplicationContext run(
            SpringApplication application, List<Listener> listeners, String[] args) {
        FatalStop fatal = new FatalStop();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> died(thread, thrown, fatal));
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.addInitializers(new Preflight(listeners));
        try {
            return application.run(args);
        } catch (RuntimeException e) {
            System.exit(1); // what is wrong has been printed by PlainFailureReporter
            throw e;
        }
    }

    /**
     * A library's thread ends alone where it throws an exception, and with the process otherwise.
     */
    private static void died(Thread thread, Throwable thrown, FatalStop fatal) {
        LOG.error("Thread {} has died", thread.getName(), thrown);
        if (thrown instanceof Error && !(thrown instanceof StackOverflowError)) {
            fatal.accept("thread " + thread.getName() + " has died: " + thrown);
        }
    }
}
