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
 * @param gateway Where HTTP is served.
 */
@ConfigurationProperties("tidemark")
public record StandaloneProperties(
        @DefaultValue("data") Path dataDir,
        @DefaultValue("false") boolean train,
        @DefaultValue Gateway gateway) {

    /**
     * The gateway's address, handed to Spring as {@code server.address} and {@code server.port}.
     *
     * @param host Address that HTTP listens on; loopback unless you open it.
     * @param port Port of the HTTP interface; 0 picks a free one.
     */
    public record Gateway(@DefaultValue("127.0.0.1") String host, @DefaultValue("8080") int port) {}
}
