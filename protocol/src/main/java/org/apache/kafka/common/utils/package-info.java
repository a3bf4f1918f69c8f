/**
 * Two classes of kafka-clients, by their names and in their place: message classes are made on top
 * of them, and theirs take cubic time for keys that share a hash (see ADR 0189). Written anew; this
 * module comes before kafka-clients on every class path, and a server does not start where it does
 * not.
 */
@NullMarked
package org.apache.kafka.common.utils;

import org.jspecify.annotations.NullMarked;
