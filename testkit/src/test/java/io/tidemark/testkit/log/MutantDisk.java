package io.tidemark.testkit.log;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** A disk that says it did something and did not, to prove that the simulation would notice. */
final class MutantDisk {
    private static final Set<String> OPENERS = Set.of("open", "openForRead");

    private MutantDisk() {}

    static Disk withoutForce(Disk disk) {
        return mutant(Disk.class, disk, "force");
    }

    static Disk withoutDirectorySync(Disk disk) {
        return mutant(Disk.class, disk, "syncDirectory");
    }

    static Disk withoutTruncate(Disk disk) {
        return mutant(Disk.class, disk, "truncate");
    }

    private static <T> T mutant(Class<T> type, T real, String ignored) {
        return type.cast(
                Proxy.newProxyInstance(
                        MutantDisk.class.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals(ignored)) {
                                return null;
                            }
                            try {
                                Object result = method.invoke(real, arguments);
                                return OPENERS.contains(method.getName())
                                        ? mutant(DiskFile.class, (DiskFile) result, ignored)
                                        : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
