package io.tidemark.gateway.limit;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of one connection, to its address and to the principal that asked last. Its
 * connection's loop counts; any thread may ask.
 */
public final class Meter {

    static final AttributeKey<Meter> KEY = AttributeKey.valueOf(Meter.class, "meter");

    private final RateLimits limits;
    private final String address;
    private volatile @Nullable Account addressAccount;
    private volatile @Nullable Account principalAccount;

    Meter(RateLimits limits, String address) {
        this.limits = limits;
        this.address = address;
    }

    /** The meter of a connection; null where nothing is limited. */
    public static @Nullable Meter of(Channel channel) {
        Meter meter = channel.attr(KEY).get();
        Channel parent = channel.parent();
        return meter == null && parent != null ? parent.attr(KEY).get() : meter;
    }

    /** The accounts of a request that comes now, opened where they are not. */
    Accounts accounts(String principal) {
        Account byAddress = limits.addressAccount(address);
        Account byPrincipal = limits.principalAccount(principal);
        addressAccount = byAddress;
        principalAccount = byPrincipal;
        return new Accounts(byAddress, byPrincipal);
    }

    record Accounts(Account address, Account principal) {}

    void count(long bytes, long nowNanos) {
        count(addressAccount, bytes, nowNanos);
        count(principalAccount, bytes, nowNanos);
    }

    private void count(@Nullable Account account, long bytes, long nowNanos) {
        if (account == null || account.bytes() == null) {
            return;
        }
        Account counting = account;
        if (account.retired().get()) {
            counting = limits.reopened(account);
            if (account == addressAccount) {
                addressAccount = counting;
            } else {
                principalAccount = counting;
            }
        }
        if (counting.bytes() != null) {
            counting.bytes().take(bytes, nowNanos);
            limits.touched(counting);
        }
    }

    /** How long a stream has to wait before it moves on, in milliseconds; 0 where it has not. */
    public long waitMs() {
        long now = limits.now();
        long wait = Math.max(waitNanos(addressAccount, now), waitNanos(principalAccount, now));
        return wait == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(wait) + 1;
    }

    private static long waitNanos(@Nullable Account account, long now) {
        return account == null || account.bytes() == null ? 0 : account.bytes().waitNanos(1, now);
    }
}
