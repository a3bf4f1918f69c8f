package io.tidemark.testkit.cluster;

import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.testkit.process.FreePorts;
import java.util.List;

/** All members on the loopback interface, on ports that are free now. Nothing can be cut. */
public final class LoopbackNetwork implements ClusterNetwork {

    @Override
    public Member place(Service service, int id) {
        return new Member(
                service,
                id,
                "127.0.0.1",
                FreePorts.next(),
                service == Service.GATEWAY ? 0 : FreePorts.next(),
                FreePorts.next());
    }

    @Override
    public List<String> wrapper(Member member) {
        return List.of();
    }

    @Override
    public boolean canCut() {
        return false;
    }

    @Override
    public void cut(Member from, Member to, Cut kind) {
        throw new UnsupportedOperationException("the loopback interface is one wire");
    }

    @Override
    public void isolate(Member member) {
        throw new UnsupportedOperationException("the loopback interface is one wire");
    }

    @Override
    public void heal() {
        // nothing is ever cut
    }

    @Override
    public void close() {
        // nothing was made
    }
}
