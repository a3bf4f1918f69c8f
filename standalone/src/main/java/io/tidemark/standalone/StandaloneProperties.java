package io.tidemark.standalone;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What concerns the process as a whole.
 *
 * @param dataDir Folder for everything the broker keeps; created where it does not exist. Relative
 *     to the working directory.
 * @param train Whether to start, serve a few requests to itself, and exit: the run that JDK 25's
 *     AOT cache is made from.
 */
@ConfigurationProperties("tidemark")
public record StandaloneProperties(
        @DefaultValue("data") Path dataDir, @DefaultValue("false") boolean train) {}
