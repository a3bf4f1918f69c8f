package io.tidemark.coordinator.group.classic;

import io.tidemark.coordinator.group.Deadline;
import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/** A member: what it said of itself, what it was given, and what it waits for. */
final class ClassicMember {
    private static final byte[] NOTHING = {};

    private final Identity identity;
    private final Deadline session;
    private Terms terms;
    private byte[] assignment = NOTHING;
    private boolean fresh;
    private boolean synced;
    private @Nullable CompletableFuture<JoinGroupResponseData> joining;
    private @Nullable CompletableFuture<SyncGroupResponseData> syncing;
    private @Nullable HeldHeartbeat held;

    /**
     * Who a member is.
     *
     * @param instanceId null for a dynamic member
     */
    record Identity(
            String memberId, @Nullable String instanceId, String clientId, String clientHost) {}

    /**
     * What a member asks for when it joins.
     *
     * @param protocols its subscription for each assignor it knows, in the order it prefers them
     */
    record Terms(int sessionTimeoutMs, int rebalanceTimeoutMs, Map<String, byte[]> protocols) {

        boolean sameProtocols(Terms other) {
            if (!protocols.keySet().stream()
                    .toList()
                    .equals(other.protocols.keySet().stream().toList())) {
                return false;
            }
            return protocols.entrySet().stream()
                    .allMatch(p -> Arrays.equals(p.getValue(), other.protocols.get(p.getKey())));
        }
    }

    /**
     * @param fresh whether it has yet to learn its id
     */
    ClassicMember(Identity identity, Terms terms, Deadline session, boolean fresh) {
        this.identity = identity;
        this.terms = terms;
        this.session = session;
        this.fresh = fresh;
    }

    String id() {
        return identity.memberId();
    }

    @Nullable String instanceId() {
        return identity.instanceId();
    }

    boolean isStatic() {
        return identity.instanceId() != null;
    }

    Identity identity() {
        return identity;
    }

    Terms terms() {
        return terms;
    }

    void accept(Terms newTerms) {
        terms = newTerms;
    }

    Deadline session() {
        return session;
    }

    /** A sign of life. */
    void alive() {
        session.set(terms.sessionTimeoutMs());
    }

    /** Empty where it does not know the protocol. */
    byte[] metadata(String protocol) {
        return terms.protocols().getOrDefault(protocol, NOTHING);
    }

    /** The topics it consumes; empty where its metadata is not a consumer's. */
    Optional<Set<String>> topics(String protocol) {
        return ConsumerProtocol.subscription(metadata(protocol))
                .map(subscription -> Set.copyOf(subscription.topics()));
    }

    byte[] assignment() {
        return assignment;
    }

    void assign(byte @Nullable [] given) {
        assignment = given == null ? NOTHING : given;
    }

    /** Whether it does not know its id yet, so that nothing but its request shows it alive. */
    boolean isFresh() {
        return fresh;
    }

    /** It has been told its id. */
    void known() {
        fresh = false;
    }

    boolean hasSynced() {
        return synced;
    }

    void setSynced(boolean value) {
        synced = value;
    }

    @Nullable CompletableFuture<JoinGroupResponseData> joining() {
        return joining;
    }

    void setJoining(@Nullable CompletableFuture<JoinGroupResponseData> waiting) {
        joining = waiting;
    }

    @Nullable CompletableFuture<SyncGroupResponseData> syncing() {
        return syncing;
    }

    void setSyncing(@Nullable CompletableFuture<SyncGroupResponseData> waiting) {
        syncing = waiting;
    }

    @Nullable HeldHeartbeat held() {
        return held;
    }

    void setHeld(@Nullable HeldHeartbeat heartbeat) {
        held = heartbeat;
    }

    ClassicMemberState stored() {
        return new ClassicMemberState(
                identity.memberId(),
                Optional.ofNullable(identity.instanceId()),
                identity.clientId(),
                identity.clientHost(),
                terms.sessionTimeoutMs(),
                terms.rebalanceTimeoutMs(),
                new LinkedHashMap<>(terms.protocols()),
                assignment);
    }
}
