package io.tidemark.standalone;

import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** How every process of ours begins. */
final class Startup {
    private Startup() {}

    /** Runs the application, its listeners checked before; exits with 1 where it cannot start. */
    static ConfigurableApplicationContext run(
            SpringApplication application, List<Listener> listeners, String[] args) {
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
}
