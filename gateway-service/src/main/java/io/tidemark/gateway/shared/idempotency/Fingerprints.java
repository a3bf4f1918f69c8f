package io.tidemark.gateway.shared.idempotency;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over parts, each with its length before it, in hexadecimal. */
public final class Fingerprints {

    private final MessageDigest digest;

    public Fingerprints() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public Fingerprints add(byte[] part, int length) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (length >>> shift));
        }
        digest.update(part, 0, length);
        return this;
    }

    public Fingerprints add(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        return add(bytes, bytes.length);
    }

    public String finish() {
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(String... parts) {
        Fingerprints all = new Fingerprints();
        for (String part : parts) {
            all.add(part);
        }
        return all.finish();
    }
}
