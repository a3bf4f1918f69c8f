package io.tidemark.partition.log;

import io.tidemark.environment.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one size, a growing key of 4 or 8 bytes and a value of 4, in a file that only grows.
 * The newest wait in the heap until {@link #flush}; the rest is read where it lies, so that an
 * index costs next to no memory however long it is. The file is opened when it is first needed.
 */
final class IndexFile {
    private static final int VALUE_BYTES = 4;
    private static final int WINDOW_ENTRIES = 128;
    private static final int FIRST_PENDING_ENTRIES = 8;
    private static final int FLUSH_ENTRIES = 64;

    private final Disk disk;
    private final String path;
    private final int keyBytes;
    private final int entryBytes;
    private int storedEntries;
    private int entries;
    private ByteBuffer pending = ByteBuffer.allocate(0);
    private @Nullable SharedFile file;
    private @Nullable ByteBuffer window;
    private int windowFirst;

    /** An index of which nothing is known to be stored: see {@link #load}. */
    IndexFile(Disk disk, String path, int keyBytes) {
        this.disk = disk;
        this.path = path;
        this.keyBytes = keyBytes;
        this.entryBytes = keyBytes + VALUE_BYTES;
    }

    /**
     * Takes what the file holds.
     *
     * @return false where the file is missing or ends within an entry
     */
    boolean load() throws IOException {
        if (!disk.exists(path)) {
            return false;
        }
        long size = file().file().size();
        storedEntries = Math.toIntExact(size / entryBytes);
        entries = storedEntries;
        return size % entryBytes == 0;
    }

    int entries() {
        return entries;
    }

    long key(int entry) throws IOException {
        ByteBuffer bytes = locate(entry);
        int at = offsetIn(bytes, entry);
        return keyBytes == Long.BYTES ? bytes.getLong(at) : bytes.getInt(at);
    }

    int value(int entry) throws IOException {
        ByteBuffer bytes = locate(entry);
        return bytes.getInt(offsetIn(bytes, entry) + keyBytes);
    }

    /** The last entry whose key is at most {@code key}; -1 where there is none. */
    int floor(long key) throws IOException {
        int low = -1;
        int high = entries - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (key(middle) <= key) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Appends in the heap. */
    void append(long key, int value) {
        if (pending.remaining() < entryBytes) {
            grow();
        }
        if (keyBytes == Long.BYTES) {
            pending.putLong(key);
        } else {
            pending.putInt((int) key);
        }
        pending.putInt(value);
        entries++;
    }

    private void grow() {
        int wanted = Math.max(FIRST_PENDING_ENTRIES * entryBytes, pending.capacity() * 2);
        ByteBuffer larger = ByteBuffer.allocate(wanted);
        larger.put(pending.flip());
        pending = larger;
    }

    boolean wantsFlush() {
        return entries - storedEntries >= FLUSH_ENTRIES;
    }

    /** Writes what waits in the heap; it waits on where the disk is full. */
    void flush() throws IOException {
        if (entries == storedEntries) {
            return;
        }
        ByteBuffer bytes = pending.duplicate().flip();
        file().file().write(bytes, (long) storedEntries * entryBytes);
        storedEntries = entries;
        pending.clear();
        window = null;
    }

    /** Forgets all entries from {@code count} on. */
    void truncate(int count) throws IOException {
        if (count < storedEntries) {
            file().file().truncate((long) count * entryBytes);
            storedEntries = count;
            pending.clear();
            window = null;
        } else {
            pending.position((count - storedEntries) * entryBytes);
        }
        entries = count;
    }

    /** Makes the file exist with nothing in it. */
    void create() throws IOException {
        file().file().truncate(0);
        storedEntries = 0;
        entries = 0;
        pending.clear();
        window = null;
    }

    /**
     * Forgets all entries, to build the index anew beside the old file, which goes: one that is
     * only partly rewritten when the power fails could pass for a whole one.
     */
    void beginAnew() throws IOException {
        close();
        disk.delete(path);
        file = new SharedFile(disk.open(path + TextFile.TEMPORARY));
        create();
    }

    /** Puts what was built anew in its place, durably but for the name. */
    void publish() throws IOException {
        flush();
        file().file().force();
        disk.rename(path + TextFile.TEMPORARY, path);
    }

    SharedFile file() throws IOException {
        if (file == null) {
            file = new SharedFile(disk.open(path));
        }
        return file;
    }

    /** Closes the file; it is opened again when needed. */
    void close() {
        window = null;
        if (entries == storedEntries) {
            pending = ByteBuffer.allocate(0);
        }
        if (file != null) {
            file.release();
            file = null;
        }
    }

    private ByteBuffer locate(int entry) throws IOException {
        if (entry < 0 || entry >= entries) {
            throw new IndexOutOfBoundsException(entry);
        }
        if (entry >= storedEntries) {
            return pending;
        }
        ByteBuffer loaded = window;
        int first = entry - entry % WINDOW_ENTRIES;
        if (loaded == null || windowFirst != first) {
            loaded = ByteBuffer.allocate(WINDOW_ENTRIES * entryBytes);
            // Of a file that was cut the rest reads as zeros, which no search takes for an entry.
            file().file().read(loaded, (long) first * entryBytes);
            window = loaded;
            windowFirst = first;
        }
        return loaded;
    }

    private int offsetIn(ByteBuffer bytes, int entry) {
        return (entry - (bytes == pending ? storedEntries : windowFirst)) * entryBytes;
    }
}
