package io.tidemark.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.architecture.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With {@code -Dtidemark.docs.write=true} ({@code ./tidemark docs}) it writes the page first. */
class ConfigurationPageTest {

    @Test
    void shouldBeUpToDate() throws IOException {
        Path file = SourceTree.root().resolve("docs/CONFIGURATION.md");
        String page = ConfigurationPage.write();
        if (Boolean.getBoolean("tidemark.docs.write")) {
            Files.writeString(file, page);
        }

        assertThat(Files.readString(file))
                .as(
                        "docs/CONFIGURATION.md is made from the code: run ./tidemark docs and commit it")
                .isEqualTo(page);
    }

    @Test
    void shouldDescribeEverySetting() throws IOException {
        List<String> undescribed =
                ConfigurationPage.write()
                        .lines()
                        .filter(line -> line.startsWith("| `tidemark.") && line.endsWith("|  |"))
                        .toList();

        assertThat(undescribed).as("settings without a description").isEmpty();
    }
}
