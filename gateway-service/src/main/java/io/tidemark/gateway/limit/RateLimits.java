package io.tidemark.gateway.limit;

import io.netty.channel.Channel;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.error.ApiError;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How fast principals and addresses may be. Decided here and now, from this gateway's own buckets;
 * what all gateways gave together comes into them afterwards. Safe for any thread.
 */
public final class RateLimits {

    private static final int ERROR_CODE = 42902;
    private static final String OTHERS = "*";
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Rates addressRates;
    private final Rates principalRates;
    private final boolean unlimited;
    private final int maxAccounts;
    private final String policy;
    private final Clock clock;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final Queue<Account> dirty = new ConcurrentLinkedQueue<>();
    private final LongAdder refused = new LongAdder();

    /** What a request is told of its limits: the value of RateLimit; and why it is refused. */
    public record Admission(String left, @Nullable ApiError refusal) {}

    public RateLimits(RateLimitProperties properties, Clock clock) {
        long burst = properties.burst().toNanos();
        this.addressRates =
                new Rates(
                        "address",
                        properties.addressRequests(),
                        properties.addressBytes().toBytes(),
                        burst);
        this.principalRates =
                new Rates(
                        "principal",
                        properties.principalRequests(),
                        properties.principalBytes().toBytes(),
                        burst);
        this.unlimited = properties.unlimited();
        this.maxAccounts = properties.maxAccounts();
        this.clock = clock;
        StringBuilder header = new StringBuilder();
        addressRates.describe(header);
        principalRates.describe(header);
        this.policy = header.toString();
    }

    /** Whether nothing is limited, and nothing need be counted. */
    public boolean unlimited() {
        return unlimited;
    }

    /** The value of RateLimit-Policy. */
    public String policy() {
        return policy;
    }

    /** Begins to count a connection's bytes. */
    public void meter(Channel channel) {
        Meter meter = new Meter(this, name(channel.remoteAddress()));
        channel.attr(Meter.KEY).set(meter);
        channel.pipeline().addFirst(new MeterHandler(meter, this));
    }

    /** An address; of IPv6, the network that one client usually has all of. */
    static String name(@Nullable SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "unknown";
        }
        return inet.getAddress() instanceof Inet6Address six
                ? HexFormat.of().formatHex(six.getAddress(), 0, 8) + "/64"
                : inet.getAddress().getHostAddress();
    }

    /** Lets a request in and counts it, or refuses it. */
    public Admission admit(Meter meter, String principal) {
        Meter.Accounts both = meter.accounts(principal);
        long now = clock.nanos();
        ApiError refusal = refusal(addressRates, both.address(), now);
        if (refusal == null) {
            refusal = refusal(principalRates, both.principal(), now);
        }
        if (refusal == null) {
            countRequest(both.address(), now);
            countRequest(both.principal(), now);
        } else {
            refused.increment();
        }
        StringBuilder left = new StringBuilder(96);
        addressRates.describe(both.address(), left, now);
        principalRates.describe(both.principal(), left, now);
        return new Admission(left.toString(), refusal);
    }

    private static @Nullable ApiError refusal(Rates rates, Account account, long now) {
        long requests = account.requests() == null ? 0 : account.requests().waitNanos(1, now);
        long bytes = account.bytes() == null ? 0 : account.bytes().waitNanos(1, now);
        if (requests == 0 && bytes == 0) {
            return null;
        }
        String what =
                requests > 0
                        ? "%d requests".formatted(rates.requests())
                        : "%d bytes".formatted(rates.bytes());
        long wait = Math.max(requests, bytes);
        return new ApiError(
                429,
                ERROR_CODE,
                "%s has used up its limit of %s a second.".formatted(account.name(), what),
                (int) Math.min(3600, (wait + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND));
    }

    private void countRequest(Account account, long now) {
        if (account.requests() != null) {
            account.requests().take(1, now);
            touched(account);
        }
    }

    Account addressAccount(String address) {
        return account(addressRates, address);
    }

    Account principalAccount(String principal) {
        return account(principalRates, principal);
    }

    /** The account that counts in the place of one that was removed. */
    Account reopened(Account retired) {
        return accounts.computeIfAbsent(
                retired.name(),
                name ->
                        (name.startsWith(addressRates.kind()) ? addressRates : principalRates)
                                .open(name, clock.nanos()));
    }

    private Account account(Rates rates, String subject) {
        String name = rates.kind() + " " + subject;
        Account known = accounts.get(name);
        if (known != null) {
            return known;
        }
        String kept = accounts.size() < maxAccounts ? name : rates.kind() + " " + OTHERS;
        return accounts.computeIfAbsent(kept, n -> rates.open(n, clock.nanos()));
    }

    /** Something was taken. */
    void touched(Account account) {
        if (account.dirty().compareAndSet(false, true)) {
            dirty.add(account);
        }
    }

    /** The next account from which something was taken; null where there is none. */
    @Nullable Account nextDirty() {
        Account next = dirty.poll();
        if (next != null) {
            next.dirty().set(false);
        }
        return next;
    }

    /** Removes accounts that have all their tokens. */
    void removeIdle() {
        long now = clock.nanos();
        accounts.values()
                .removeIf(
                        account -> {
                            boolean idle = account.idle(now);
                            account.retired().set(idle);
                            return idle;
                        });
    }

    long now() {
        return clock.nanos();
    }

    /** Accounts that are open. */
    public int openAccounts() {
        return accounts.size();
    }

    /** Requests answered by 429 for their rate. */
    public long refusedRequests() {
        return refused.sum();
    }
}
