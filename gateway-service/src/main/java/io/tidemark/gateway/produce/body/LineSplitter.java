package io.tidemark.gateway.produce.body;

/** Cuts at line feeds; blank lines are passed over. A line too long is the end of the stream. */
public final class LineSplitter implements Splitter {

    private final int maxUnitBytes;
    private final PendingUnit pending = new PendingUnit();

    /**
     * @param maxUnitBytes longest line
     */
    public LineSplitter(int maxUnitBytes) {
        this.maxUnitBytes = maxUnitBytes;
    }

    @Override
    public Progress feed(byte[] chunk, UnitConsumer units) {
        int from = 0;
        for (int i = 0; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                if (pending.length() + i - from > maxUnitBytes) {
                    return Progress.TOO_LONG;
                }
                emit(chunk, from, i - from, units);
                from = i + 1;
            }
        }
        int rest = chunk.length - from;
        if (pending.length() + rest > maxUnitBytes) {
            return Progress.TOO_LONG;
        }
        pending.append(chunk, from, rest);
        return Progress.GOING_ON;
    }

    private void emit(byte[] chunk, int from, int length, UnitConsumer units) {
        if (pending.length() > 0) {
            pending.append(chunk, from, length);
            pending.emit(units);
        } else if (!PendingUnit.isBlank(chunk, from, length)) {
            units.accept(chunk, from, length);
        }
    }

    @Override
    public void end(UnitConsumer units) {
        pending.emit(units);
    }

    @Override
    public int pendingBytes() {
        return pending.length();
    }
}
