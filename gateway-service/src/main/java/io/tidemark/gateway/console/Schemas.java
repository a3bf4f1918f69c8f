package io.tidemark.gateway.console;

/** JSON schemas of the answers, for the description of the interface. */
final class Schemas {

    static final String OVERVIEW =
            """
            {"type":"object","required":["cluster_id","metadata_version","now_ms","topics",\
            "partitions","reassigning","not_preferred_leader","without_leader","under_min_isr",\
            "under_replicated","well","redundancy","unwell_partitions","nodes","quorum"],\
            "properties":{"cluster_id":{"type":"string"},"metadata_version":{"type":"integer"},\
            "now_ms":{"type":"integer"},"topics":{"type":"integer"},\
            "partitions":{"type":"integer"},"reassigning":{"type":"integer"},\
            "not_preferred_leader":{"type":"integer",\
            "description":"led by another node although the preferred one could"},\
            "without_leader":{"type":"integer"},\
            "under_min_isr":{"type":"integer"},"under_replicated":{"type":"integer"},\
            "well":{"type":"integer"},"redundancy":{"type":"object",\
            "required":["default_replication_factor","single_replica_topics",\
            "single_replica_names","min_isr_above_replicas_topics",\
            "min_isr_above_replicas_names"],"properties":{\
            "default_replication_factor":{"type":"integer"},\
            "single_replica_topics":{"type":"integer",\
            "description":"with a partition of which there is one replica"},\
            "single_replica_names":{"type":"array","items":{"type":"string"}},\
            "min_isr_above_replicas_topics":{"type":"integer"},\
            "min_isr_above_replicas_names":{"type":"array","items":{"type":"string"}}}},\
            "unwell_partitions":{"type":"array",\
            "items":{"type":"object","required":["topic","partition","condition","leader",\
            "min_isr","replicas","isr","elr"],"properties":{"topic":{"type":"string"},\
            "partition":{"type":"integer"},"condition":{"type":"string",\
            "enum":["without_leader","under_min_isr","under_replicated","well"]},\
            "leader":{"type":"integer"},"min_isr":{"type":"integer"},"replicas":{"type":"array",\
            "items":{"type":"integer"}},"isr":{"type":"array","items":{"type":"integer"}},\
            "elr":{"type":"array","items":{"type":"integer"}}}}},"nodes":{"type":"array",\
            "items":{"type":"object","required":["id","rack","fenced","draining","log_dirs",\
            "leaders","preferred_leaders","replicas","out_of_sync","listeners","vitals"],\
            "properties":{"id":{"type":"integer"},"rack":{"type":["string","null"]},\
            "fenced":{"type":"boolean"},"draining":{"type":"boolean"},\
            "log_dirs":{"type":"integer"},"leaders":{"type":"integer"},\
            "preferred_leaders":{"type":"integer"},"replicas":{"type":"integer"},\
            "out_of_sync":{"type":"integer"},"listeners":{"type":"array",\
            "items":{"type":"object","required":["name","host","port"],\
            "properties":{"name":{"type":"string"},"host":{"type":"string"},\
            "port":{"type":"integer"}}}},"vitals":{"type":["object","null"],\
            "required":["heard_ms_ago","clock_ahead_ms","slow_log_dirs","damaged_partitions",\
            "damaged","mended_places"],"properties":{"heard_ms_ago":{"type":"integer"},\
            "clock_ahead_ms":{"type":"integer"},"slow_log_dirs":{"type":"array",\
            "items":{"type":"object","required":["path","sync_ms"],\
            "properties":{"path":{"type":"string"},"sync_ms":{"type":"integer"}}}},\
            "damaged_partitions":{"type":"integer"},"damaged":{"type":"array",\
            "items":{"type":"object","required":["topic","partition"],\
            "properties":{"topic":{"type":"string"},"partition":{"type":"integer"}}}},\
            "mended_places":{"type":"integer"}}}}}},"quorum":{"type":["object","null"],\
            "required":["leader_id","epoch","committed_index","members","leaders"],\
            "properties":{"leader_id":{"type":"string"},"epoch":{"type":"integer"},\
            "committed_index":{"type":"integer"},"members":{"type":"array",\
            "items":{"type":"object","required":["id","host","port","last_index","silent_ms",\
            "answers","snapshot"],\
            "properties":{"id":{"type":"string"},"host":{"type":"string"},\
            "port":{"type":"integer"},"last_index":{"type":"integer"},\
            "silent_ms":{"type":"integer"},"answers":{"type":"boolean"},\
            "snapshot":{"type":["object","null"],"required":["index","taken_at_ms",\
            "size_bytes"],"properties":{"index":{"type":"integer"},\
            "taken_at_ms":{"type":"integer"},"size_bytes":{"type":"integer"}}}}}},\
            "leaders":{"type":"array","items":{"type":"object","required":["id","epoch",\
            "since_ms"],"properties":{"id":{"type":"string"},"epoch":{"type":"integer"},\
            "since_ms":{"type":"integer"}}}}}},"quorum_error":{"type":"string"}}}\
            """;

    static final String TOPICS =
            """
            {"type":"object","required":["total","matched","unwell","offset","topics"],\
            "properties":{"total":{"type":"integer"},"matched":{"type":"integer"},\
            "unwell":{"type":"integer"},"offset":{"type":"integer"},"topics":{"type":"array",\
            "items":{"type":"object","required":["name","is_internal","partitions",\
            "replication_factor","without_leader","under_min_isr","under_replicated",\
            "cleanup_policy","retention_ms","retention_bytes"],\
            "properties":{"name":{"type":"string"},"is_internal":{"type":"boolean"},\
            "partitions":{"type":"integer"},"replication_factor":{"type":"integer"},\
            "without_leader":{"type":"integer"},"under_min_isr":{"type":"integer"},\
            "under_replicated":{"type":"integer"},"cleanup_policy":{"type":"string"},\
            "retention_ms":{"type":"string"},"retention_bytes":{"type":"string"}}}}}}\
            """;

    static final String OFFSETS =
            """
            {"type":"object","required":["topics"],"properties":{"topics":{"type":"array",\
            "items":{"type":"object","required":["name","offset_span","end_offset_sum"],\
            "properties":{"name":{"type":"string"},"offset_span":{"type":["integer","null"]},\
            "end_offset_sum":{"type":["integer","null"]}}}}}}\
            """;

    static final String PARTITIONS =
            """
            {"type":"object","required":["name","min_insync_replicas","partitions"],\
            "properties":{"name":{"type":"string"},"min_insync_replicas":{"type":"integer"},\
            "partitions":{"type":"array","items":{"type":"object","required":["partition",\
            "leader","leader_epoch","condition","log_start_offset","high_watermark","replicas",\
            "isr","elr","adding","removing"],"properties":{"partition":{"type":"integer"},\
            "leader":{"type":"integer"},"leader_epoch":{"type":"integer"},\
            "condition":{"type":"string","enum":["without_leader","under_min_isr",\
            "under_replicated","well"]},"log_start_offset":{"type":"integer"},\
            "high_watermark":{"type":"integer"},"replicas":{"type":"array",\
            "items":{"type":"integer"}},"isr":{"type":"array","items":{"type":"integer"}},\
            "elr":{"type":"array","items":{"type":"integer"}},"adding":{"type":"array",\
            "items":{"type":"integer"}},"removing":{"type":"array",\
            "items":{"type":"integer"}}}}}}}\
            """;

    static final String LOG_DIRS =
            """
            {"type":"object","required":["broker_id","log_dirs"],\
            "properties":{"broker_id":{"type":"integer"},"log_dirs":{"type":"array",\
            "items":{"type":"object","required":["path","online","total_bytes","usable_bytes",\
            "size_bytes","replicas","topics"],"properties":{"path":{"type":"string"},\
            "online":{"type":"boolean"},"total_bytes":{"type":"integer"},\
            "usable_bytes":{"type":"integer"},"size_bytes":{"type":"integer"},\
            "replicas":{"type":"integer"},"topics":{"type":"array","items":{"type":"object",\
            "required":["name","replicas","size_bytes","offset_lag"],\
            "properties":{"name":{"type":"string"},"replicas":{"type":"integer"},\
            "size_bytes":{"type":"integer"},"offset_lag":{"type":"integer"}}}}}}}}}\
            """;

    static final String MOVES =
            """
            {"type":"object","required":["total","moves"],"properties":{\
            "total":{"type":"integer"},"moves":{"type":"array","items":{"type":"object",\
            "required":["topic_name","partition_id","size_bytes","removing_replicas","copies"],\
            "properties":{"topic_name":{"type":"string"},"partition_id":{"type":"integer"},\
            "size_bytes":{"type":["integer","null"]},"removing_replicas":{"type":"array",\
            "items":{"type":"integer"}},"copies":{"type":"array","items":{"type":"object",\
            "required":["broker_id","size_bytes","in_sync"],\
            "properties":{"broker_id":{"type":"integer"},\
            "size_bytes":{"type":["integer","null"]},"in_sync":{"type":"boolean"}}}}}}}}}\
            """;

    private Schemas() {}
}
