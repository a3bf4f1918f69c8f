package io.tidemark.coordinator.quorum;

import io.tidemark.metadata.control.QuorumStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;

/** Reads from Ratis how far the members are. */
final class QuorumMembers {
    private QuorumMembers() {}

    static QuorumStatus status(
            QuorumSettings settings, String leaderId, RaftServer.Division division) {
        Map<String, Follower> followers = followers(division.getInfo());
        List<QuorumStatus.Member> members = new ArrayList<>();
        for (QuorumSettings.Peer peer : settings.peers()) {
            Follower follower =
                    peer.id().equals(settings.id())
                            ? new Follower(division.getRaftLog().getNextIndex() - 1, 0)
                            : followers.getOrDefault(peer.id(), Follower.UNKNOWN);
            members.add(
                    new QuorumStatus.Member(
                            peer.id(),
                            peer.host(),
                            peer.port(),
                            follower.lastIndex,
                            follower.silentMs));
        }
        return new QuorumStatus(
                leaderId,
                division.getInfo().getCurrentTerm(),
                division.getRaftLog().getLastCommittedIndex(),
                members);
    }

    /** Known to the leader only. Ratis lists both in the order of its log appenders. */
    private static Map<String, Follower> followers(DivisionInfo info) {
        Map<String, Follower> byId = new HashMap<>();
        if (info.isLeader()) {
            List<ServerRpcProto> heard =
                    info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
            long[] matches = info.getFollowerMatchIndices();
            for (int i = 0; i < Math.min(heard.size(), matches.length); i++) {
                byId.put(
                        heard.get(i).getId().getId().toStringUtf8(),
                        new Follower(matches[i], heard.get(i).getLastRpcElapsedTimeMs()));
            }
        }
        return byId;
    }

    private record Follower(long lastIndex, long silentMs) {
        static final Follower UNKNOWN = new Follower(RaftLog.INVALID_LOG_INDEX, -1);
    }
}
