package io.tidemark.systemtest.broker;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class one broker, as a parameter of their constructor or methods, that they
 * share with all other classes of the run. Such tests keep to topics of their own and leave the
 * broker healthy.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedBrokerExtension.class)
public @interface SharedBroker {}
