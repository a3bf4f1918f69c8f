/** JMH benchmarks of single steps of the data path: {@code ./tidemark bench --micro}. */
@NullMarked
package io.tidemark.benchmark.micro;

import org.jspecify.annotations.NullMarked;
