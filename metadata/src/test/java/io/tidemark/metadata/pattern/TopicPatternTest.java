package io.tidemark.metadata.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken as a pattern of topics, and what is refused before it is compiled. */
class TopicPatternTest {
    /** Texts like these are written by nobody and met by every parser. */
    private static final String[] PIECES = {
        "a",
        "b",
        ".",
        "-",
        "_",
        "[a-z]",
        "[^]x]",
        "[]{3}]",
        "[[:alpha:]]",
        "[\\]{9}]",
        "[a\\Q]",
        "(",
        "(?:",
        "(?i)",
        "(?i:",
        "(?P<n>",
        "(?s",
        ")",
        ")",
        ")",
        "*",
        "+",
        "?",
        "*?",
        "{2}",
        "{3,}",
        "{0}",
        "{1,4}",
        "{0,7}",
        "{,3}",
        "{5",
        "{",
        "}",
        "|",
        "\\Q",
        "\\E",
        "\\d",
        "\\pL",
        "\\p{Greek}",
        "\\x{41}",
        "\\x41",
        "\\.",
        "\\{",
        "\\(",
        "\\)",
        "\\[",
        "^",
        "$",
        "\\b",
        "\\C",
        "\\101",
        "[",
        "]",
        "[^",
        ":",
        "é",
        "\uD83D\uDE00"
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders-.*",
                "(orders|payments)\\.v[0-9]{1,3}",
                "[a-z]{1,249}",
                "[a-z]{1000}",
                "\\Qa{1,1000}{1,1000}\\E",
                "a{1,1000",
                "[{1,1000}]{1,400}",
                "(?i)eu-(west|north)-[0-9]+"
            })
    void shouldTakeWhatPeopleWrite(String text) {
        assertThat(TopicPattern.parse(text)).isInstanceOf(TopicPattern.Valid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "((a{1000}){1000}){1000}",
                "((((a{0,9}){0,9}){0,9}){0,9}){0,9}",
                "((a{1,}){1000}){9}",
                "(?:(?:[\\]a]{1000}){1000}){1000}",
                "(?P<x>\\Qab\\E{1000}){1000}",
                "(\\pL{1000}){1000}",
                "(\\x{41}{1000}){1000}",
                "([[:alpha:]]{1000}){1000}",
                "(abc|){1000}",
                "\\pL{200}",
                "[\\pL\\PN]{99}"
            })
    void shouldRefuseWhatWouldGrowWithoutBound(String text) {
        assertThat(TopicPattern.problemWith(text))
                .hasValueSatisfying(r -> assertThat(r).contains("steps"));
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertThat(TopicPattern.problemWith("a(b")).contains("missing closing ): `a(b`");
        assertThat(TopicPattern.problemWith("a{1,1001}"))
                .contains("invalid repeat count: `{1,1001}`, at most 1,000 is taken");
        assertThat(TopicPattern.problemWith("a{99999999999}"))
                .contains("invalid repeat count: `{99999999999}`, at most 1,000 is taken");
        assertThat(TopicPattern.problemWith("(".repeat(101) + ")".repeat(101)))
                .contains("its groups are nested more than 100 deep");
        assertThat(TopicPattern.problemWith("((a{1,1000}){1,1000}){1,1000}"))
                .contains("its counts such as {1,9} leave more than 500 repetitions open");
        assertThat(TopicPattern.problemWith("a".repeat(4_001)))
                .contains("it has 4,001 characters, and at most 4,000 are taken");
        assertThat(TopicPattern.problemWith("(a{1000}){1000}"))
                .hasValueSatisfying(
                        reason ->
                                assertThat(reason)
                                        .matches(
                                                "it takes [0-9,]+ steps when its repetitions are written out, and at most 2,000 are taken"));
    }

    @Test
    void shouldMatchWholeNames() {
        TopicPattern pattern = valid("orders-[a-z]+");
        assertThat(pattern.matches("orders-eu")).isTrue();
        assertThat(pattern.matches("my-orders-eu")).isFalse();
        assertThat(pattern.matches("orders-eu-1")).isFalse();
    }

    @Test
    void shouldTellHowMuchNamesTake() {
        assertThat(TopicPattern.chars(List.of("abc", "d"))).isEqualTo(6);
        assertThat(TopicPattern.measure("a+"))
                .isInstanceOfSatisfying(
                        TopicPattern.Size.class,
                        size -> assertThat(size.work(6)).isEqualTo(6L * size.steps()));
    }

    /**
     * RE2/J folds letters one by one, and never comes back to some that JDKs know and it does not.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)\u1c80",
                "a(?s-i:b)\u1c80",
                "(?i)[a\u1c85]",
                "(?i)[!-\uffff]",
                "(?i)[\\x{100}-\\x{10FFFF}]",
                "(?i)\\x{1c80}",
                "(?i)\\Q\u1c88\\E"
            })
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldRefuseToFoldWhatNoTopicHas(String text) {
        assertThat(TopicPattern.problemWith(text)).get().asString().contains("outside ASCII");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?i)[^b-z]", "(?i)orders", "\\x41|[^\u00e9]", "(?i)\\pL+"})
    void shouldFoldWhatTopicsHave(String text) {
        assertThat(TopicPattern.problemWith(text)).isEmpty();
    }

    /**
     * The size is found by reading the text as RE2 does; where it were not, it would be too low.
     */
    @Test
    void shouldNeverThinkAProgramShorterThanItIs() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int compiled = 0;
        for (int i = 0; i < 60_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int pieces = 1 + random.nextInt(12); pieces > 0; pieces--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            PatternSize.Result size = PatternSize.of(text.toString());
            if (size instanceof PatternSize.Steps(long steps) && steps < 20_000) {
                try {
                    int actual = Pattern.compile(text.toString()).programSize();
                    compiled++;
                    assertThat(actual)
                            .as("%s, with seed %d", text, seed)
                            .isLessThanOrEqualTo((int) steps);
                } catch (PatternSyntaxException expected) {
                    assertThat(expected.getDescription()).isNotEmpty();
                }
            }
        }
        assertThat(compiled).isGreaterThan(1_000);
    }

    /** The largest that is taken, on a thread with a half of the usual stack. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a?){490}",
                "a{0,500}",
                "(?:a?){990}",
                "(((a?))){240}",
                "(a|b|c|d)",
                "(a*)*"
            })
    void shouldCompileAndMatchTheLargestOnASmallStack(String text) throws InterruptedException {
        String nested = text.startsWith("(a|") ? "(".repeat(99) + text + ")".repeat(99) : text;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread small =
                new Thread(null, () -> valid(nested).matches("a".repeat(249)), "small", 512 << 10);
        small.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        small.start();
        small.join();
        assertThat(failure.get()).isNull();
    }

    private static TopicPattern valid(String text) {
        assertThat(TopicPattern.parse(text)).isInstanceOf(TopicPattern.Valid.class);
        return ((TopicPattern.Valid) TopicPattern.parse(text)).pattern();
    }
}
