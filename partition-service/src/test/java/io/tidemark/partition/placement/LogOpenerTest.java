package io.tidemark.partition.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import io.tidemark.environment.DiskFullException;
import io.tidemark.environment.FileDisk;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.placement.LogOpener.Outcome;
import io.tidemark.partition.serving.ReplicationSettings;
import io.tidemark.partition.serving.TopicSettings;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogOpenerTest {
    private static final Uuid ORDERS = new Uuid(1, 2);
    private static final TopicSettings SETTINGS =
            TopicSettings.of(
                    EffectiveConfigs.ofTopic(Map.of(), ClusterImage.empty(), 1, Map.of()),
                    ReplicationSettings.of(
                            EffectiveConfigs.ofNode(ClusterImage.empty(), 1, Map.of())));

    @TempDir Path folder;
    private volatile boolean full;

    @Test
    void shouldOpenALogAsItWasFoundOnceThereIsSpace() throws IOException {
        try (LogDirectories directories = directories("a", "b")) {
            Outcome.Opened created = opened(open(opener(directories), 0));
            assertThat(created.created()).isTrue();
            created.log().append(oneRecord(), 0);
            PartitionLog.SyncTicket sync = created.log().prepareSync();
            sync.run();
            created.log().synced(sync);
            created.log().abandon(); // as a crash would
        }
        try (LogDirectories directories = directories("a", "b")) {
            LogOpener opener = opener(directories);
            full = true;
            assertThat(open(opener, 0)).isInstanceOf(Outcome.NoSpace.class);
            opener.moveStrays();
            assertThat(open(opener, 0)).isInstanceOf(Outcome.NoSpace.class);
            full = false;

            Outcome.Opened again = opened(open(opener, 0));

            assertThat(again.created()).isFalse();
            assertThat(again.log().logEndOffset()).isEqualTo(1);
            assertThat(folders()).containsExactly("orders-0");
            assertThat(directories.all())
                    .extracting(LogDirectory::partitionCount)
                    .containsExactlyInAnyOrder(0, 1);
            again.log().abandon();
        }
    }

    private LogDirectories directories(String... names) {
        List<Path> paths = Stream.of(names).map(folder::resolve).toList();
        return LogDirectories.open(paths, 1, this::disk, Clock.system());
    }

    private static LogOpener opener(LogDirectories directories) {
        LogOpener opener =
                new LogOpener(
                        directories,
                        Clock.system(),
                        (directory, cause) -> {
                            throw new AssertionError(directory.path().toString(), cause);
                        });
        opener.scan();
        return opener;
    }

    private static Outcome open(LogOpener opener, int partition) {
        return opener.open("orders", partition, ORDERS, SETTINGS, true, false);
    }

    private static Outcome.Opened opened(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Opened.class);
        return (Outcome.Opened) outcome;
    }

    private static ByteBuffer oneRecord() {
        BatchBuilder builder =
                new BatchBuilder(UnpooledByteBufAllocator.DEFAULT, Compression.NONE, 256);
        builder.append(
                System.currentTimeMillis(), null, Unpooled.wrappedBuffer(new byte[1]), List.of());
        ByteBuf built = builder.build(BatchHeader.NO_PRODUCER_ID, (short) -1, -1);
        ByteBuffer batch = ByteBuffer.allocate(built.readableBytes());
        built.readBytes(batch);
        built.release();
        return batch.flip();
    }

    private List<String> folders() throws IOException {
        try (Stream<Path> all = Files.walk(folder, 2)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("orders"))
                    .toList();
        }
    }

    /** A disk that takes nothing while it is full. */
    private Disk disk(Path path) throws IOException {
        Disk disk = new FileDisk(path);
        return proxy(
                Disk.class,
                (method, arguments) -> {
                    Object result = invoke(method, disk, arguments);
                    return result instanceof DiskFile file ? file(file) : result;
                });
    }

    private DiskFile file(DiskFile file) {
        return proxy(
                DiskFile.class,
                (method, arguments) -> {
                    if (full && method.getName().equals("write")) {
                        throw new DiskFullException("No space left on device");
                    }
                    return invoke(method, file, arguments);
                });
    }

    @FunctionalInterface
    private interface Call {
        Object on(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> call.on(method, arguments)));
    }

    private static Object invoke(Method method, Object target, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
