package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupChange.OffsetsCommitted;
import io.tidemark.metadata.json.MetadataFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.Uuid;

/** Committed offsets in bytes, as {@link GroupEntries} draws them. */
final class OffsetsFormat {
    private OffsetsFormat() {}

    static void write(OffsetsCommitted commit, BinaryWriter out) {
        out.text(commit.group());
        List<Offset> offsets = commit.offsets();
        int next = 0;
        while (next < offsets.size()) {
            int end = endOfRun(offsets, next);
            Offset first = offsets.get(next);
            out.text(first.topic())
                    .eightBytes(first.topicId().getMostSignificantBits())
                    .eightBytes(first.topicId().getLeastSignificantBits())
                    .varint(end - next);
            offsets.subList(next, end).forEach(offset -> write(offset, out));
            next = end;
        }
    }

    private static int endOfRun(List<Offset> offsets, int start) {
        Offset first = offsets.get(start);
        int end = start + 1;
        while (end < offsets.size()
                && offsets.get(end).topic().equals(first.topic())
                && offsets.get(end).topicId().equals(first.topicId())) {
            end++;
        }
        return end;
    }

    private static void write(Offset offset, BinaryWriter out) {
        out.varint(offset.partition())
                .zigzag(offset.offset())
                .zigzag(offset.leaderEpoch())
                .text(offset.metadata())
                .zigzag(offset.commitMs());
        if (offset.expireMs().isPresent()) {
            out.oneByte((byte) 1).zigzag(offset.expireMs().getAsLong());
        } else {
            out.oneByte((byte) 0);
        }
    }

    static OffsetsCommitted read(BinaryReader in) throws MetadataFormatException {
        String group = in.text("the group of a commit");
        List<Offset> offsets = new ArrayList<>();
        while (in.hasMore()) {
            String topic = in.text("a topic");
            Uuid topicId = new Uuid(in.eightBytes("a topic id"), in.eightBytes("a topic id"));
            int run = in.length("the offsets of a topic");
            for (int i = 0; i < run; i++) {
                offsets.add(read(topic, topicId, in));
            }
        }
        return new OffsetsCommitted(group, offsets);
    }

    private static Offset read(String topic, Uuid topicId, BinaryReader in)
            throws MetadataFormatException {
        int partition = in.index("a partition");
        long offset = in.zigzag("an offset");
        int leaderEpoch = in.smallZigzag("a leader epoch");
        String metadata = in.text("an offset's metadata");
        long commitMs = in.zigzag("the time of a commit");
        byte expires = in.oneByte("whether an offset expires");
        if (expires != 0 && expires != 1) {
            throw in.malformed("whether an offset expires is " + expires);
        }
        OptionalLong expireMs =
                expires == 1
                        ? OptionalLong.of(in.zigzag("an offset's expiry"))
                        : OptionalLong.empty();
        return new Offset(
                topic, topicId, partition, offset, leaderEpoch, metadata, commitMs, expireMs);
    }
}
