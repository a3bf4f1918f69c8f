package io.tidemark.partition.node;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import io.tidemark.environment.FileDisk;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Real disks, of which one may take its time to sync; they count what is put in place. */
final class HeldDisks implements LogDirectory.Opener {
    private final Map<String, Integer> renames = new ConcurrentHashMap<>();
    private @Nullable Path held; // guarded by this

    /** Syncs on a disk do not end from now on. */
    synchronized void hold(Path disk) {
        held = disk;
    }

    synchronized void release() {
        held = null;
        notifyAll();
    }

    /** How often a name was given to a file that was there under another. */
    int renamedTo(String name) {
        return renames.getOrDefault(name, 0);
    }

    private synchronized void pass(Path disk) throws InterruptedException {
        while (disk.equals(held)) {
            wait();
        }
    }

    @Override
    public Disk open(Path path) throws IOException {
        FileDisk disk = new FileDisk(path);
        return proxy(
                Disk.class,
                (method, arguments) -> {
                    Object result = call(disk, method, arguments);
                    if (method.getName().equals("rename") && arguments != null) {
                        renames.merge((String) arguments[1], 1, Integer::sum);
                    }
                    return result instanceof DiskFile file ? holding(path, file) : result;
                });
    }

    private DiskFile holding(Path path, DiskFile file) {
        return proxy(
                DiskFile.class,
                (method, arguments) -> {
                    if (method.getName().equals("force")) {
                        pass(path);
                    }
                    return call(file, method, arguments);
                });
    }

    private interface Invocation {
        @Nullable Object invoke(Method method, Object @Nullable [] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Invocation invocation) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> invocation.invoke(method, arguments)));
    }

    private static @Nullable Object call(
            Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
