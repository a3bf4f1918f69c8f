package io.tidemark.partition.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.transport.ClientAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppendQueueTest {
    private final AppendQueue queue = new AppendQueue();
    private final List<String> answers = new ArrayList<>();

    @Test
    void shouldAcknowledgeWhatLiesBelowTheSafeEnd() {
        queue.add(4, 0, -1, 100, reply("a"));
        queue.add(9, 5, -1, 100, reply("b"));

        queue.release(9, 0);
        assertThat(answers).containsExactly("a 0");

        queue.release(10, 0);
        assertThat(answers).containsExactly("a 0", "b 5");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void shouldGiveUpOnlyThoseWhoseTimeIsOver() {
        queue.add(4, 0, -1, 200, reply("patient"));
        queue.add(9, 5, -1, 100, reply("hasty"));

        queue.expire(150);
        assertThat(answers).containsExactly("hasty REQUEST_TIMED_OUT");

        queue.release(10, 0);
        assertThat(answers).containsExactly("hasty REQUEST_TIMED_OUT", "patient 0");
    }

    @Test
    void shouldRefuseAllOnceAndNeverAgain() {
        queue.add(4, 0, -1, 100, reply("a"));
        queue.add(9, 5, -1, 100, reply("b"));

        queue.fail(ErrorCode.KAFKA_STORAGE_ERROR, "gone");
        queue.release(100, 0);

        assertThat(answers).containsExactly("a KAFKA_STORAGE_ERROR", "b KAFKA_STORAGE_ERROR");
    }

    private AppendReply reply(String name) {
        return new AppendReply() {
            @Override
            public void acknowledged(long baseOffset, long appendTimeMs, long logStartOffset) {
                answers.add(name + " " + baseOffset);
            }

            @Override
            public void refused(ErrorCode error, String message) {
                answers.add(name + " " + error);
            }

            @Override
            public Sender sender() {
                return Sender.staying(this, ClientAddress.of(null));
            }
        };
    }
}
