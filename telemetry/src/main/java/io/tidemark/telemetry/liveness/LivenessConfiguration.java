package io.tidemark.telemetry.liveness;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.FatalStop;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.environment.thread.ThreadWatch;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;

/**
 * One watch over the threads of a process, which services add theirs to, as the health indicator
 * {@code threads}; and the way in which the process ends where one of them cannot go on.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LivenessProperties.class)
public class LivenessConfiguration {

    @Bean
    FatalStop fatalStop() {
        return new FatalStop();
    }

    @Bean
    OwnedThreads ownedThreads(FatalStop fatal) {
        return new OwnedThreads(fatal);
    }

    @Bean(destroyMethod = "close")
    ThreadWatch threadWatch(LivenessProperties properties, OwnedThreads threads) {
        ThreadWatch watch = new ThreadWatch(Clock.system(), properties.silence());
        watch.start(threads);
        return watch;
    }

    /**
     * The watch ends before what it watches over: loops that are asked each second are never quiet,
     * and would be waited for in vain.
     */
    @Bean
    ApplicationListener<ContextClosedEvent> watchEndsFirst(ThreadWatch watch) {
        return closed -> watch.close();
    }

    @Bean
    HealthIndicator threadsHealthIndicator(ThreadWatch watch) {
        return new ThreadsHealth(watch);
    }

    /** The loops that serve HTTP, and health itself. */
    @Bean
    SmartInitializingSingleton httpLoopsPulse(
            ThreadWatch watch, ObjectProvider<ReactorResourceFactory> http) {
        return () ->
                http.ifAvailable(
                        factory -> {
                            int index = 0;
                            for (EventExecutor loop :
                                    factory.getLoopResources()
                                            .onServer(LoopResources.DEFAULT_NATIVE)) {
                                watch.add("http-loop-" + index++, Pulse.of(loop));
                            }
                        });
    }
}
