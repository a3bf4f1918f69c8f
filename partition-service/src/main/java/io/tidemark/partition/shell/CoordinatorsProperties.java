package io.tidemark.partition.shell;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the coordinators are, for a partition service in a process of its own.
 *
 * @param coordinators base URLs of all coordinators, such as {@code http://10.0.0.5:8090}
 */
@ConfigurationProperties("tidemark")
record CoordinatorsProperties(@DefaultValue("http://127.0.0.1:8090") List<URI> coordinators) {}
