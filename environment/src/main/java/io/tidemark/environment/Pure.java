package io.tidemark.environment;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A package that decides and does nothing else: time, timers, disk and entropy are handed to it, it
 * has no thread, and reaches nothing that is not as pure. Held to that by ArchitectureTest, which
 * looks at what its classes use.
 */
@Documented
@Target(ElementType.PACKAGE)
@Retention(RetentionPolicy.CLASS)
public @interface Pure {}
