package io.tidemark.gateway.produce.body;

/**
 * Cuts concatenated JSON objects at the brace that closes each, whatever white space or line feeds
 * stand between them. Looks at braces and strings only: what is inside is the parser's business, so
 * a bad object is one bad unit and the next one is found. Bytes outside of objects form a unit up
 * to the next opening brace, which the parser will refuse.
 */
public final class ObjectSplitter implements Splitter {

    private final int maxUnitBytes;
    private final PendingUnit pending = new PendingUnit();
    private int depth;
    private boolean inString;
    private boolean escaped;

    /**
     * @param maxUnitBytes longest object
     */
    public ObjectSplitter(int maxUnitBytes) {
        this.maxUnitBytes = maxUnitBytes;
    }

    @Override
    public Progress feed(byte[] chunk, UnitConsumer units) {
        int from = 0;
        for (int i = 0; i < chunk.length; i++) {
            byte b = chunk[i];
            if (inString) {
                stepInString(b);
            } else if (b == '"') {
                inString = depth > 0;
            } else if (b == '{') {
                if (depth++ == 0) {
                    // What stands between objects is white space, or garbage of its own.
                    if (tooLong(i - from)) {
                        return Progress.TOO_LONG;
                    }
                    emit(chunk, from, i - from, units);
                    from = i;
                }
            } else if (b == '}' && depth > 0 && --depth == 0) {
                if (tooLong(i + 1 - from)) {
                    return Progress.TOO_LONG;
                }
                emit(chunk, from, i + 1 - from, units);
                from = i + 1;
            }
        }
        if (tooLong(chunk.length - from)) {
            return Progress.TOO_LONG;
        }
        keep(chunk, from);
        return Progress.GOING_ON;
    }

    private boolean tooLong(int more) {
        return pending.length() + more > maxUnitBytes;
    }

    private void stepInString(byte b) {
        if (escaped) {
            escaped = false;
        } else if (b == '\\') {
            escaped = true;
        } else if (b == '"') {
            inString = false;
        }
    }

    private void keep(byte[] chunk, int from) {
        int rest = chunk.length - from;
        if (depth == 0 && pending.length() == 0 && PendingUnit.isBlank(chunk, from, rest)) {
            return;
        }
        pending.append(chunk, from, rest);
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
