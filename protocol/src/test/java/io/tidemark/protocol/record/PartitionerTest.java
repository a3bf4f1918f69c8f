package io.tidemark.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class PartitionerTest {

    @Test
    void shouldHashAsKafkaDoes() {
        Random random = new Random(11);
        for (int length = 0; length < 300; length++) {
            byte[] key = new byte[length];
            random.nextBytes(key);
            int partitions = 1 + random.nextInt(1000);
            int expected = BuiltInPartitioner.partitionForKey(key, partitions);

            assertThat(Partitioner.murmur2(key)).isEqualTo(Utils.murmur2(key));
            assertThat(Partitioner.partition(key, partitions)).isEqualTo(expected);
            ByteBuf within = Unpooled.wrappedBuffer(new byte[3], key).skipBytes(3);
            assertThat(Partitioner.partition(within, partitions)).isEqualTo(expected);
            assertThat(within.readableBytes()).isEqualTo(length);
        }
    }
}
