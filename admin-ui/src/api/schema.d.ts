// Generated from the broker's OpenAPI by `npm run generate`. Do not edit.
export interface paths {
    "/topics/{topic}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a topic live, as server-sent events or NDJSON
         * @description Streams records of all partitions as they come, without end. Every SSE event's `id` is a cursor over all partitions: a browser's `EventSource` resumes by itself; others send it back as `Last-Event-ID` or `cursor=`. NDJSON lines carry it as `cursor` at the end of each flush. A cursor that cannot be resumed gets an `event: reset` with the new one.
         */
        get: operations["get-topics-by-topic-events"];
        put?: never;
        /**
         * Produce the body as it is, or a line a record
         * @description Any Content-Type: the body's bytes become the record's value. Request headers `X-Header-<name>` and query parameters `header.<name>` become record headers. With `Content-Type: application/x-ndjson` each line is a record, `{"key","value","headers","partition","timestamp"}`, produced as it comes and answered by a line. CloudEvents 1.0 come in binary mode (`ce-*` headers, which become `ce_*` headers of the record), structured (`application/cloudevents+json`, kept whole) and in batches (`application/cloudevents-batch+json`, answered by an array, with 207 where an event was refused); their `partitionkey` is the key. The cursor in the answer is a place to read from: the stream begins with the record.
         */
        post: operations["post-topics-by-topic-events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read topics as a member of a consumer group
         * @description Joins the group, streams the records of the partitions that it is assigned, and leaves when the connection ends. Streams and Kafka consumers of one group share its partitions; an `assigned` event says which this one has (member id, partitions), at the start and whenever it changes. Goes on from what the group has committed. Every record comes at least once: with `commit=auto` what the socket has taken is committed by itself; with `commit=manual` the client does, by `POST /groups/{group}/offsets`.
         */
        get: operations["get-groups-by-group-events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/groups/{group}/offsets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge records of a group's stream
         * @description Commits for the stream whose `assigned` event named this member. Any gateway takes it. An offset is the one to go on from: one more than the last record's that was processed. A `cursor` is an event's `id` and stands for its topic's partitions, of which those that the stream has no more are left out of the answer.
         */
        post: operations["post-groups-by-group-offsets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/topics/{topic}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A topic, its settings and partitions */
        get: operations["get-topics-by-topic"];
        put?: never;
        /**
         * Produce records to a topic
         * @description A record without a partition goes where Kafka's default partitioner would put it.
         */
        post: operations["post-topics-by-topic"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/topics/{topic}/partitions/{partition}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A partition */
        get: operations["get-topics-by-topic-partitions-by-partition"];
        put?: never;
        /** Produce records to one partition */
        post: operations["post-topics-by-topic-partitions-by-partition"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Produce a record, or a stream of records
         * @description The body is one object or several, one after the other. With `Transfer-Encoding: chunked` they are produced as they come, and a delivery report follows for each, in order.
         */
        post: operations["post-v3-clusters-by-cluster-topics-by-topic-records"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/records:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Produce a batch of records, each with an id */
        post: operations["post-v3-clusters-by-cluster-topics-by-topic-records-batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The names of the topics */
        get: operations["get-topics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/topics/{topic}/partitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A topic's partitions */
        get: operations["get-topics-by-topic-partitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/topics/{topic}/partitions/{partition}/offsets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The first offset, and the one after the last */
        get: operations["get-topics-by-topic-partitions-by-partition-offsets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A part of the list of topics */
        get: operations["get-admin-topics"];
        put?: never;
        /**
         * Create a topic, as Strimzi's bridge does
         * @description With settings of its own: see REST v3.
         */
        post: operations["post-admin-topics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/acls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search access rules
         * @description Refused: this cluster has no authorizer.
         */
        get: operations["get-v3-clusters-by-cluster-acls"];
        put?: never;
        /**
         * Create an access rule
         * @description Refused: this cluster has no authorizer.
         */
        post: operations["post-v3-clusters-by-cluster-acls"];
        /**
         * Delete access rules
         * @description Refused: this cluster has no authorizer.
         */
        delete: operations["delete-v3-clusters-by-cluster-acls"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/acls:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create several access rules
         * @description Refused: this cluster has no authorizer.
         */
        post: operations["post-v3-clusters-by-cluster-acls-batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/-/configs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of all topics */
        get: operations["get-v3-clusters-by-cluster-topics-configs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/-/configs:alter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change settings of several topics
         * @description Each topic by itself: 207 names those that were refused.
         */
        post: operations["post-v3-clusters-by-cluster-topics-configs-alter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/brokers/-/configs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of all brokers, broker by broker */
        get: operations["get-v3-clusters-by-cluster-brokers-configs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/default-configs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings that a new topic of this name would have */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-default-configs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The cluster, as a list */
        get: operations["get-v3-clusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The cluster */
        get: operations["get-v3-clusters-by-cluster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/brokers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The brokers */
        get: operations["get-v3-clusters-by-cluster-brokers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/brokers/{broker}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A broker */
        get: operations["get-v3-clusters-by-cluster-brokers-by-broker"];
        put?: never;
        post?: never;
        /** Forget a broker that is gone and has no replicas */
        delete: operations["delete-v3-clusters-by-cluster-brokers-by-broker"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/brokers/{broker}/partition-replicas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The replicas on a broker */
        get: operations["get-v3-clusters-by-cluster-brokers-by-broker-partition-replicas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/configs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of a topic */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-configs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/configs:alter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change settings of a topic together */
        post: operations["post-v3-clusters-by-cluster-topics-by-topic-configs-alter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/configs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A setting of a topic */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-configs-by-name"];
        /** Set a setting of a topic */
        put: operations["put-v3-clusters-by-cluster-topics-by-topic-configs-by-name"];
        post?: never;
        /** Reset a setting of a topic to its default */
        delete: operations["delete-v3-clusters-by-cluster-topics-by-topic-configs-by-name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/brokers/{broker}/configs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of a broker */
        get: operations["get-v3-clusters-by-cluster-brokers-by-broker-configs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/brokers/{broker}/configs:alter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change settings of a broker together */
        post: operations["post-v3-clusters-by-cluster-brokers-by-broker-configs-alter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/brokers/{broker}/configs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A setting of a broker */
        get: operations["get-v3-clusters-by-cluster-brokers-by-broker-configs-by-name"];
        /** Set a setting of a broker */
        put: operations["put-v3-clusters-by-cluster-brokers-by-broker-configs-by-name"];
        post?: never;
        /** Reset a setting of a broker to its default */
        delete: operations["delete-v3-clusters-by-cluster-brokers-by-broker-configs-by-name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/broker-configs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings of all brokers */
        get: operations["get-v3-clusters-by-cluster-broker-configs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/broker-configs:alter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change settings of all brokers together */
        post: operations["post-v3-clusters-by-cluster-broker-configs-alter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/broker-configs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A setting of all brokers */
        get: operations["get-v3-clusters-by-cluster-broker-configs-by-name"];
        /** Set a setting of all brokers */
        put: operations["put-v3-clusters-by-cluster-broker-configs-by-name"];
        post?: never;
        /** Reset a setting of all brokers to its default */
        delete: operations["delete-v3-clusters-by-cluster-broker-configs-by-name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/offsets:reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset what a group has committed
         * @description `value` is the offset, the time (ms since 1970, an ISO time, or how long ago as in `PT1H`) or the number of offsets to shift by, back where negative; with `offset`, partitions may name their own. Offsets that the log does not have become the nearest one that it has. Without `topics` and `partitions` everything that is committed is reset. Nobody may be in the group; else 409 says who is. `dry_run` only tells.
         */
        post: operations["post-v3-clusters-by-cluster-consumer-groups-by-group-offsets-reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/offsets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete what a group has committed of a topic
         * @description No member of the group may be subscribed to the topic; else 409.
         */
        delete: operations["delete-v3-clusters-by-cluster-consumer-groups-by-group-offsets"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The consumer groups */
        get: operations["get-v3-clusters-by-cluster-consumer-groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A consumer group */
        get: operations["get-v3-clusters-by-cluster-consumer-groups-by-group"];
        put?: never;
        post?: never;
        /** Delete a group that nobody is in, and its offsets */
        delete: operations["delete-v3-clusters-by-cluster-consumer-groups-by-group"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/consumers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A group's members */
        get: operations["get-v3-clusters-by-cluster-consumer-groups-by-group-consumers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/consumers/{consumer}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A group's member */
        get: operations["get-v3-clusters-by-cluster-consumer-groups-by-group-consumers-by-consumer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/consumers/{consumer}/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The partitions that a member reads */
        get: operations["get-v3-clusters-by-cluster-consumer-groups-by-group-consumers-by-consumer-assignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/consumers/{consumer}/assignments/{topic}/partitions/{partition}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A partition that a member reads */
        get: operations["get-v3-clusters-by-cluster-consumer-groups-by-group-consumers-by-consumer-assignments-by-topic-partitions-by-partition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/lag-summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a group is behind, in all
         * @description `lag` is `log_end_offset` less `current_offset`. Both `lag` and `current_offset` are -1 where the group has committed nothing of a partition that it reads: such a partition counts in no sum.
         */
        get: operations["get-v3-clusters-by-cluster-consumer-groups-by-group-lag-summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/lags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a group is behind, by partition
         * @description `lag` is `log_end_offset` less `current_offset`. Both `lag` and `current_offset` are -1 where the group has committed nothing of a partition that it reads: such a partition counts in no sum.
         */
        get: operations["get-v3-clusters-by-cluster-consumer-groups-by-group-lags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/consumer-groups/{group}/lags/{topic}/partitions/{partition}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a group is behind in a partition
         * @description `lag` is `log_end_offset` less `current_offset`. Both `lag` and `current_offset` are -1 where the group has committed nothing of a partition that it reads: such a partition counts in no sum.
         */
        get: operations["get-v3-clusters-by-cluster-consumer-groups-by-group-lags-by-topic-partitions-by-partition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/leaders:elect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Elect leaders
         * @description `preferred` gives leadership back to the first replica of each partition, where it is in sync; of all partitions, unless some are named. `unclean` lets any live replica lead partitions that have no leader: acknowledged records may be lost, so the partitions must be named and `accept_data_loss` must be true.
         */
        post: operations["post-v3-clusters-by-cluster-leaders-elect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/reassignments:plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where replicas should be, to fill or to empty brokers
         * @description Changes nothing. What it answers under `data` can be sent to `reassignments` as it is, whole or in parts.
         */
        get: operations["get-v3-clusters-by-cluster-reassignments-plan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/reassignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move the replicas of many partitions */
        post: operations["post-v3-clusters-by-cluster-reassignments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/brokers/{broker}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a broker drains, and what it still leads */
        get: operations["get-v3-clusters-by-cluster-brokers-by-broker-drain"];
        put?: never;
        /**
         * Have others take over what a broker leads
         * @description Leadership moves to other in-sync replicas at once, and nothing new is given to the broker until it is restarted, or this is taken back. Answers what it still leads because nobody else can. One broker drains at a time: 409 while another one does or has not caught up since, and while partitions would be left with fewer in-sync replicas than min.insync.replicas; in_turn false does it anyway.
         */
        post: operations["post-v3-clusters-by-cluster-brokers-by-broker-drain"];
        /** Take a drain back */
        delete: operations["delete-v3-clusters-by-cluster-brokers-by-broker-drain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/partitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A topic's partitions */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-partitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A partition */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/-/replicas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The replicas of all partitions */
        get: operations["get-v3-clusters-by-cluster-topics-replicas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}/replicas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A partition's replicas */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-replicas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}/replicas/{broker}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A replica */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-replicas-by-broker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}/offset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The first offset, and the one after the last */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-offset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/-/partitions/-/reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replicas on the move, in all topics */
        get: operations["get-v3-clusters-by-cluster-topics-partitions-reassignment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/partitions/-/reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replicas on the move, in a topic */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-partitions-reassignment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}/reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replicas on the move, of a partition */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-reassignment"];
        put?: never;
        /** Move a partition's replicas to other brokers */
        post: operations["post-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-reassignment"];
        /** Leave a partition's replicas where they were */
        delete: operations["delete-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-reassignment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The topics */
        get: operations["get-v3-clusters-by-cluster-topics"];
        put?: never;
        /** Create a topic */
        post: operations["post-v3-clusters-by-cluster-topics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v3/clusters/{cluster}/topics/{topic}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A topic */
        get: operations["get-v3-clusters-by-cluster-topics-by-topic"];
        put?: never;
        post?: never;
        /** Delete a topic and its records */
        delete: operations["delete-v3-clusters-by-cluster-topics-by-topic"];
        options?: never;
        head?: never;
        /** Add partitions to a topic */
        patch: operations["patch-v3-clusters-by-cluster-topics-by-topic"];
        trace?: never;
    };
    "/admin/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The cluster as a whole
         * @description Nodes with what they lead, hold and say of themselves, the coordinators, and up to 200 partitions that are not well.
         */
        get: operations["get-admin-overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/topics/offsets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What there is in topics, by their offsets
         * @description `offset_span` is the sum over partitions of high watermark less log start: the number of records, where none was compacted away. Both are null where a leader did not answer.
         */
        get: operations["get-admin-topics-offsets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/topics/{topic}/partitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A topic's partitions with leaders, replicas and offsets
         * @description Offsets are -1 where the leader did not answer.
         */
        get: operations["get-admin-topics-by-topic-partitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/brokers/{broker}/log-dirs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is on the disks of a broker */
        get: operations["get-admin-brokers-by-broker-log-dirs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/reassignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Replicas on the move, with how much of each is copied
         * @description Up to 200 partitions. `size_bytes` is the leader's log, and of each copy what is there; null where a node did not answer.
         */
        get: operations["get-admin-reassignments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/topics/{topic}/partitions/{partition}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read records of one partition, without a consumer
         * @description Answers as soon as there is a record, or with an empty list after `timeout`. `Accept` decides the embedded format.
         */
        get: operations["get-topics-by-topic-partitions-by-partition-records"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Text: string;
        /** @description Any JSON value, or any bytes */
        Anything: unknown;
        PostTopicsTopicEventsAnswer200: {
            topic?: string;
            partition?: number;
            offset?: number;
            timestamp?: number;
            cursor?: string;
        };
        PostGroupsGroupOffsetsRequest: {
            member_id: string;
            cursor?: string;
            offsets?: {
                topic: string;
                partition: number;
                offset: number;
            }[];
        };
        Acknowledged: {
            member_id: string;
            offsets: components["schemas"]["AcknowledgedOffset"][];
        };
        AcknowledgedOffset: {
            topic: string;
            partition: number;
            offset: number;
        };
        PostTopicsTopicRequest: {
            records: {
                key?: unknown;
                value?: unknown;
                partition?: number | null;
                headers?: {
                    name: string;
                    value?: string | null;
                }[];
                timestamp?: number | string | null;
            }[];
        };
        PostTopicsTopicAnswer200: {
            offsets?: {
                partition?: number | null;
                offset?: number | null;
                error_code?: number | null;
                error?: string | null;
            }[];
            key_schema_id?: number | null;
            value_schema_id?: number | null;
        };
        Topic: {
            name: string;
            configs: {
                [key: string]: string | null;
            };
            partitions: components["schemas"]["Partition"][];
        };
        Partition: {
            partition: number;
            leader: number;
            replicas: components["schemas"]["Replica"][];
        };
        Replica: {
            broker: number;
            leader: boolean;
            in_sync: boolean;
        };
        PostTopicsTopicPartitionsPartitionRequest: {
            records: {
                key?: unknown;
                value?: unknown;
                partition?: number | null;
                headers?: {
                    name: string;
                    value?: string | null;
                }[];
                timestamp?: number | string | null;
            }[];
        };
        PostTopicsTopicPartitionsPartitionAnswer200: {
            offsets?: {
                partition?: number | null;
                offset?: number | null;
                error_code?: number | null;
                error?: string | null;
            }[];
            key_schema_id?: number | null;
            value_schema_id?: number | null;
        };
        PostV3ClustersClusterTopicsTopicRecordsRequest: {
            partition_id?: number | null;
            headers?: {
                name: string;
                value?: string | null;
            }[];
            key?: {
                /** @enum {unknown} */
                type: "BINARY" | "JSON" | "STRING";
                data: unknown;
            } | null;
            value?: {
                /** @enum {unknown} */
                type: "BINARY" | "JSON" | "STRING";
                data: unknown;
            } | null;
            timestamp?: string | number | null;
        };
        DeliveryReport: {
            error_code: number;
            message?: string;
            cluster_id?: string;
            topic_name?: string;
            partition_id?: number;
            offset?: number;
            timestamp?: string;
            key?: components["schemas"]["DataSize"];
            value?: components["schemas"]["DataSize"];
        };
        DataSize: {
            type: string;
            size: number;
        };
        PostV3ClustersClusterTopicsTopicRecordsBatchRequest: {
            entries: {
                id: string;
                partition_id?: number | null;
                headers?: {
                    name: string;
                    value?: string | null;
                }[];
                key?: {
                    /** @enum {unknown} */
                    type: "BINARY" | "JSON" | "STRING";
                    data: unknown;
                } | null;
                value?: {
                    /** @enum {unknown} */
                    type: "BINARY" | "JSON" | "STRING";
                    data: unknown;
                } | null;
                timestamp?: string | number | null;
            }[];
        };
        BatchOutcome: {
            successes: components["schemas"]["BatchSuccess"][];
            failures: components["schemas"]["BatchFailure"][];
        };
        BatchSuccess: {
            id: string;
            cluster_id: string;
            topic_name: string;
            partition_id: number;
            offset: number;
            timestamp: string;
            key?: components["schemas"]["DataSize"];
            value?: components["schemas"]["DataSize"];
        };
        BatchFailure: {
            id: string;
            error_code: number;
            message: string;
        };
        TopicNames: string[];
        Partitions: components["schemas"]["Partition"][];
        PartitionOffsets: {
            beginning_offset: number;
            end_offset: number;
        };
        PostAdminTopicsRequest: {
            topic_name: string;
            partitions_count?: number | null;
            replication_factor?: number | null;
        };
        GetAdminTopicsAnswer200: {
            total: number;
            matched: number;
            unwell: number;
            offset: number;
            topics: {
                name: string;
                is_internal: boolean;
                partitions: number;
                replication_factor: number;
                without_leader: number;
                under_min_isr: number;
                under_replicated: number;
                cleanup_policy: string;
                retention_ms: string;
                retention_bytes: string;
            }[];
        };
        Error: {
            error_code: number;
            message: string;
        };
        KafkaTopicConfigList: {
            /** @constant */
            kind: "KafkaTopicConfigList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaTopicConfig"][];
        };
        ListMetadata: {
            self: string;
            next: string | null;
        };
        KafkaTopicConfig: {
            /** @constant */
            kind: "KafkaTopicConfig";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            topic_name: string;
            name: string;
            value: string | null;
            is_default: boolean;
            is_read_only: boolean;
            is_sensitive: boolean;
            source: string;
            synonyms: components["schemas"]["ConfigSynonym"][];
        };
        ResourceMetadata: {
            self: string;
            resource_name: string;
        };
        ConfigSynonym: {
            name: string;
            value: string | null;
            source: string;
        };
        PostV3ClustersClusterTopicsConfigsAlterRequest: {
            data: {
                topic_name: string;
                configs: {
                    name: string;
                    value?: string | null;
                    /** @enum {unknown} */
                    operation?: "SET" | "DELETE" | "APPEND" | "SUBTRACT";
                }[];
            }[];
            validate_only?: boolean;
        };
        TopicChangeFailures: {
            failures: components["schemas"]["TopicChangeFailure"][];
        };
        TopicChangeFailure: {
            topic_name: string;
            error_code: number;
            message: string;
        };
        KafkaBrokerConfigList: {
            /** @constant */
            kind: "KafkaBrokerConfigList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaBrokerConfig"][];
        };
        KafkaBrokerConfig: {
            /** @constant */
            kind: "KafkaBrokerConfig";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            broker_id: number;
            name: string;
            value: string | null;
            is_default: boolean;
            is_read_only: boolean;
            is_sensitive: boolean;
            source: string;
            synonyms: components["schemas"]["ConfigSynonym"][];
        };
        KafkaClusterList: {
            /** @constant */
            kind: "KafkaClusterList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaCluster"][];
        };
        KafkaCluster: {
            /** @constant */
            kind: "KafkaCluster";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            controller?: components["schemas"]["Link"];
            acls: components["schemas"]["Link"];
            brokers: components["schemas"]["Link"];
            broker_configs: components["schemas"]["Link"];
            consumer_groups: components["schemas"]["Link"];
            topics: components["schemas"]["Link"];
            partition_reassignments: components["schemas"]["Link"];
        };
        Link: {
            related: string;
        };
        KafkaBrokerList: {
            /** @constant */
            kind: "KafkaBrokerList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaBroker"][];
        };
        KafkaBroker: {
            /** @constant */
            kind: "KafkaBroker";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            broker_id: number;
            host: string | null;
            port: number | null;
            rack: string | null;
            configs: components["schemas"]["Link"];
            partition_replicas: components["schemas"]["Link"];
        };
        KafkaReplicaList: {
            /** @constant */
            kind: "KafkaReplicaList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaReplica"][];
        };
        KafkaReplica: {
            /** @constant */
            kind: "KafkaReplica";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            topic_name: string;
            partition_id: number;
            broker_id: number;
            is_leader: boolean;
            is_in_sync: boolean;
            broker: components["schemas"]["Link"];
        };
        PostV3ClustersClusterTopicsTopicConfigsAlterRequest: {
            data: {
                name: string;
                value?: string | null;
                /** @enum {unknown} */
                operation?: "SET" | "DELETE" | "APPEND" | "SUBTRACT";
            }[];
            validate_only?: boolean;
        };
        PutV3ClustersClusterTopicsTopicConfigsNameRequest: {
            value?: string | null;
        };
        PostV3ClustersClusterBrokersBrokerConfigsAlterRequest: {
            data: {
                name: string;
                value?: string | null;
                /** @enum {unknown} */
                operation?: "SET" | "DELETE" | "APPEND" | "SUBTRACT";
            }[];
            validate_only?: boolean;
        };
        PutV3ClustersClusterBrokersBrokerConfigsNameRequest: {
            value?: string | null;
        };
        KafkaClusterConfigList: {
            /** @constant */
            kind: "KafkaClusterConfigList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaClusterConfig"][];
        };
        KafkaClusterConfig: {
            /** @constant */
            kind: "KafkaClusterConfig";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            config_type: string;
            name: string;
            value: string | null;
            is_default: boolean;
            is_read_only: boolean;
            is_sensitive: boolean;
            source: string;
            synonyms: components["schemas"]["ConfigSynonym"][];
        };
        PostV3ClustersClusterBrokerConfigsAlterRequest: {
            data: {
                name: string;
                value?: string | null;
                /** @enum {unknown} */
                operation?: "SET" | "DELETE" | "APPEND" | "SUBTRACT";
            }[];
            validate_only?: boolean;
        };
        PutV3ClustersClusterBrokerConfigsNameRequest: {
            value?: string | null;
        };
        PostV3ClustersClusterConsumerGroupsGroupOffsetsResetRequest: {
            /** @enum {unknown} */
            strategy: "earliest" | "latest" | "offset" | "time" | "shift";
            value?: number | string;
            topics?: string[];
            partitions?: {
                topic_name: string;
                partition_id: number;
                offset?: number;
            }[];
            dry_run?: boolean;
        };
        KafkaConsumerGroupOffsetResetList: {
            kind: string;
            metadata: components["schemas"]["ListMetadata"];
            consumer_group_id: string;
            dry_run: boolean;
            data: components["schemas"]["OffsetResetStep"][];
        };
        OffsetResetStep: {
            topic_name: string;
            partition_id: number;
            before: number | null;
            after: number | null;
            log_start_offset: number;
            log_end_offset: number;
            why: string;
            error_code?: number;
            message?: string;
        };
        KafkaConsumerGroupList: {
            /** @constant */
            kind: "KafkaConsumerGroupList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaConsumerGroup"][];
        };
        KafkaConsumerGroup: {
            /** @constant */
            kind: "KafkaConsumerGroup";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            consumer_group_id: string;
            is_simple: boolean;
            partition_assignor: string;
            state: string;
            type: string;
            is_mixed_consumer_group: boolean;
            coordinator?: components["schemas"]["Link"];
            consumers: components["schemas"]["Link"];
            lag_summary: components["schemas"]["Link"];
        };
        KafkaConsumerList: {
            /** @constant */
            kind: "KafkaConsumerList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaConsumer"][];
        };
        KafkaConsumer: {
            /** @constant */
            kind: "KafkaConsumer";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            consumer_group_id: string;
            consumer_id: string;
            instance_id: string | null;
            client_id: string;
            assignments: components["schemas"]["Link"];
        };
        KafkaConsumerAssignmentList: {
            /** @constant */
            kind: "KafkaConsumerAssignmentList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaConsumerAssignment"][];
        };
        KafkaConsumerAssignment: {
            /** @constant */
            kind: "KafkaConsumerAssignment";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            consumer_group_id: string;
            consumer_id: string;
            topic_name: string;
            partition_id: number;
            partition: components["schemas"]["Link"];
            lag: components["schemas"]["Link"];
        };
        KafkaConsumerGroupLagSummary: {
            /** @constant */
            kind: "KafkaConsumerGroupLagSummary";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            consumer_group_id: string;
            max_lag_consumer_id: string;
            max_lag_instance_id: string | null;
            max_lag_client_id: string;
            max_lag_topic_name: string;
            max_lag_partition_id: number | null;
            max_lag: number;
            total_lag: number;
            max_lag_consumer?: components["schemas"]["Link"];
            max_lag_partition?: components["schemas"]["Link"];
        };
        KafkaConsumerLagList: {
            /** @constant */
            kind: "KafkaConsumerLagList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaConsumerLag"][];
        };
        KafkaConsumerLag: {
            /** @constant */
            kind: "KafkaConsumerLag";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            consumer_group_id: string;
            topic_name: string;
            partition_id: number;
            current_offset: number;
            log_end_offset: number;
            lag: number;
            consumer_id: string;
            instance_id: string | null;
            client_id: string;
        };
        PostV3ClustersClusterLeadersElectRequest: {
            /** @enum {unknown} */
            election: "preferred" | "unclean";
            partitions?: {
                topic_name?: string;
                partition_id?: number;
            }[];
            accept_data_loss?: boolean;
        };
        KafkaElectionList: {
            kind: string;
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["PartitionOutcome"][];
        };
        PartitionOutcome: {
            topic_name: string;
            partition_id: number;
            leader_id?: number;
            error_code?: number;
            message?: string;
        };
        KafkaReassignmentPlan: {
            kind: string;
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["PlannedMove"][];
        };
        PlannedMove: {
            topic_name: string;
            partition_id: number;
            replicas: number[];
            current_replicas: number[];
        };
        PostV3ClustersClusterReassignmentsRequest: {
            reassignments: {
                topic_name?: string;
                partition_id?: number;
                replicas?: number[];
            }[];
        };
        KafkaReassignmentOutcomeList: {
            kind: string;
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["PartitionOutcome"][];
        };
        KafkaBrokerDrain: {
            /** @constant */
            kind: "KafkaBrokerDrain";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            broker_id: number;
            is_draining: boolean;
            partitions_led: number;
        };
        PostV3ClustersClusterBrokersBrokerDrainRequest: {
            /** @default true */
            in_turn: boolean;
        };
        KafkaPartitionList: {
            /** @constant */
            kind: "KafkaPartitionList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaPartition"][];
        };
        KafkaPartition: {
            /** @constant */
            kind: "KafkaPartition";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            topic_name: string;
            partition_id: number;
            leader?: components["schemas"]["Link"];
            replicas: components["schemas"]["Link"];
            reassignment?: components["schemas"]["Link"];
        };
        KafkaPartitionOffset: {
            /** @constant */
            kind: "KafkaPartitionOffset";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            topic_name: string;
            partition_id: number;
            earliest_offset: number;
            latest_offset: number;
            offset?: number;
            timestamp?: number;
        };
        KafkaReassignmentList: {
            /** @constant */
            kind: "KafkaReassignmentList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaReassignment"][];
        };
        KafkaReassignment: {
            /** @constant */
            kind: "KafkaReassignment";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            topic_name: string;
            partition_id: number;
            adding_replicas: number[];
            removing_replicas: number[];
            replicas: components["schemas"]["Link"];
        };
        PostV3ClustersClusterTopicsTopicPartitionsPartitionReassignmentRequest: {
            /** @description The brokers it shall be on, the preferred leader first */
            replicas: number[];
        };
        KafkaTopicList: {
            /** @constant */
            kind: "KafkaTopicList";
            metadata: components["schemas"]["ListMetadata"];
            data: components["schemas"]["KafkaTopic"][];
        };
        KafkaTopic: {
            /** @constant */
            kind: "KafkaTopic";
            metadata: components["schemas"]["ResourceMetadata"];
            cluster_id: string;
            topic_name: string;
            is_internal: boolean;
            replication_factor: number;
            partitions_count: number;
            partitions: components["schemas"]["Link"];
            configs: components["schemas"]["Link"];
            partition_reassignments: components["schemas"]["Link"];
            authorized_operations: string[];
        };
        PostV3ClustersClusterTopicsRequest: {
            topic_name: string;
            partitions_count?: number;
            replication_factor?: number;
            replicas_assignments?: unknown[];
            configs?: {
                name?: string;
                value?: string | null;
            }[];
            validate_only?: boolean;
        };
        PatchV3ClustersClusterTopicsTopicRequest: {
            partitions_count: number;
        };
        GetAdminOverviewAnswer200: {
            cluster_id: string;
            metadata_version: number;
            now_ms: number;
            topics: number;
            partitions: number;
            reassigning: number;
            /** @description led by another node although the preferred one could */
            not_preferred_leader: number;
            without_leader: number;
            under_min_isr: number;
            under_replicated: number;
            well: number;
            redundancy: {
                default_replication_factor: number;
                /** @description with a partition of which there is one replica */
                single_replica_topics: number;
                single_replica_names: string[];
                min_isr_above_replicas_topics: number;
                min_isr_above_replicas_names: string[];
            };
            unwell_partitions: {
                topic: string;
                partition: number;
                /** @enum {string} */
                condition: "without_leader" | "under_min_isr" | "under_replicated" | "well";
                leader: number;
                min_isr: number;
                replicas: number[];
                isr: number[];
                elr: number[];
            }[];
            nodes: {
                id: number;
                rack: string | null;
                fenced: boolean;
                draining: boolean;
                log_dirs: number;
                leaders: number;
                preferred_leaders: number;
                replicas: number;
                out_of_sync: number;
                listeners: {
                    name: string;
                    host: string;
                    port: number;
                }[];
                vitals: {
                    heard_ms_ago: number;
                    clock_ahead_ms: number;
                    slow_log_dirs: {
                        path: string;
                        sync_ms: number;
                    }[];
                    damaged_partitions: number;
                    damaged: {
                        topic: string;
                        partition: number;
                    }[];
                    mended_places: number;
                } | null;
            }[];
            quorum: {
                leader_id: string;
                epoch: number;
                committed_index: number;
                members: {
                    id: string;
                    host: string;
                    port: number;
                    last_index: number;
                    silent_ms: number;
                    answers: boolean;
                    snapshot: {
                        index: number;
                        taken_at_ms: number;
                        size_bytes: number;
                    } | null;
                }[];
                leaders: {
                    id: string;
                    epoch: number;
                    since_ms: number;
                }[];
            } | null;
            quorum_error?: string;
        };
        GetAdminTopicsOffsetsAnswer200: {
            topics: {
                name: string;
                offset_span: number | null;
                end_offset_sum: number | null;
            }[];
        };
        GetAdminTopicsTopicPartitionsAnswer200: {
            name: string;
            min_insync_replicas: number;
            partitions: {
                partition: number;
                leader: number;
                leader_epoch: number;
                /** @enum {string} */
                condition: "without_leader" | "under_min_isr" | "under_replicated" | "well";
                log_start_offset: number;
                high_watermark: number;
                replicas: number[];
                isr: number[];
                elr: number[];
                adding: number[];
                removing: number[];
            }[];
        };
        GetAdminBrokersBrokerLogDirsAnswer200: {
            broker_id: number;
            log_dirs: {
                path: string;
                online: boolean;
                total_bytes: number;
                usable_bytes: number;
                size_bytes: number;
                replicas: number;
                topics: {
                    name: string;
                    replicas: number;
                    size_bytes: number;
                    offset_lag: number;
                }[];
            }[];
        };
        GetAdminReassignmentsAnswer200: {
            total: number;
            moves: {
                topic_name: string;
                partition_id: number;
                size_bytes: number | null;
                removing_replicas: number[];
                copies: {
                    broker_id: number;
                    size_bytes: number | null;
                    in_sync: boolean;
                }[];
            }[];
        };
        ConsumedRecords: components["schemas"]["ConsumedRecord"][];
        ConsumedRecord: {
            topic: string;
            /** @description Any JSON value, or any bytes */
            key?: unknown;
            /** @description Any JSON value, or any bytes */
            value?: unknown;
            key_base64?: string;
            value_base64?: string;
            partition: number;
            offset: number;
            timestamp?: number;
            headers?: components["schemas"]["RecordHeader"][];
        };
        RecordHeader: {
            name: string;
            value: string | null;
        };
    };
    responses: {
        /** @description What was wrong */
        Error: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "get-topics-by-topic-events": {
        parameters: {
            query?: {
                /** @description `latest` (default), `earliest`, `ts:<ms or ISO time>`, `0:12,1:40` (partition:offset), or a cursor */
                from?: string;
                /** @description Where to resume; goes before `from` */
                cursor?: string;
                /** @description Only these, as in `0,2` */
                partitions?: string;
                /** @description `latest`: ends where the log ends now */
                until?: string;
                /** @description Only records with this key; repeat for several */
                key?: string;
                /** @description Only records with this header; repeat for several values */
                "header.<name>"?: string;
                /** @description Only JSON values with `$.a.b==value`; repeat */
                where?: string;
                /** @description `json`, `text`, `binary` or `cloudevents` for all */
                format?: string;
                /** @description Ends after so many events */
                limit?: number;
                /** @description 250ms to 300s; 15s by default */
                heartbeat?: string;
            };
            header?: {
                /** @description Where to resume; goes before everything else */
                "Last-Event-ID"?: string;
            };
            path: {
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Text"];
                    "application/x-ndjson": components["schemas"]["Text"];
                };
            };
            /** @description A browser's reconnect after `event: end` */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-topics-by-topic-events": {
        parameters: {
            query?: {
                /** @description The record's key, as text; not with NDJSON */
                key?: string;
                /** @description The partition; else the key decides */
                partition?: number;
                /** @description Milliseconds since 1970; else now; not with NDJSON */
                timestamp?: number;
                /** @description A header of the record, as text; not with NDJSON */
                "header.<name>"?: string;
                /** @description `false` stores a body of a JSON Content-Type that is not JSON; only with one that is stored as it is, and has such a type */
                validate?: boolean;
                /** @description `event`: `id` and `source` of a CloudEvent are its Idempotency-Key; not with batches */
                idempotency?: string;
                /** @description ms until the outcome, at most 300000; 30000 by default. A leader that changes meanwhile is followed */
                timeout?: number;
            };
            header?: {
                /** @description The request is carried out once for a key; repeated, it gets the first answer. Up to 255 characters. Not with streams of records */
                "Idempotency-Key"?: string;
                /** @description The record's key, where the query has none; not with NDJSON */
                "X-Key"?: string;
                /** @description A header of the record; not with NDJSON */
                "X-Header-<name>"?: string;
                /** @description An attribute of a CloudEvent in binary mode; not with those in JSON */
                "ce-<attribute>"?: string;
            };
            path: {
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "*/*": components["schemas"]["Anything"];
                "application/x-ndjson": components["schemas"]["Anything"];
                "application/cloudevents+json": components["schemas"]["Anything"];
                "application/cloudevents-batch+json": components["schemas"]["Anything"];
            };
        };
        responses: {
            /** @description Where the record is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostTopicsTopicEventsAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-groups-by-group-events": {
        parameters: {
            query?: {
                /** @description Topics to read, as in `a,b` */
                topics?: string;
                /** @description Reads all topics whose whole name matches; RE2's syntax */
                pattern?: string;
                /** @description Where partitions begin for which the group has committed nothing: `latest` (default), `earliest`, `ts:<ms or ISO time>` */
                from?: string;
                /** @description `auto` (default) or `manual` */
                commit?: string;
                /** @description With `commit=manual`, records that may be unacknowledged: 1 to 10000; 1000 by default */
                max_uncommitted?: number;
                /** @description Only records with this key; repeat for several */
                key?: string;
                /** @description Only records with this header; repeat for several values */
                "header.<name>"?: string;
                /** @description Only JSON values with `$.a.b==value`; repeat */
                where?: string;
                /** @description `json`, `text`, `binary` or `cloudevents` for all */
                format?: string;
                /** @description Ends after so many events */
                limit?: number;
                /** @description 250ms to 300s; 15s by default */
                heartbeat?: string;
            };
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Text"];
                    "application/x-ndjson": components["schemas"]["Text"];
                };
            };
            /** @description A browser's reconnect after `event: end` */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-groups-by-group-offsets": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "member_id": "q1z",
                 *       "offsets": [
                 *         {
                 *           "topic": "orders",
                 *           "partition": 0,
                 *           "offset": 42
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PostGroupsGroupOffsetsRequest"];
            };
        };
        responses: {
            /** @description What was committed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Acknowledged"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-topics-by-topic": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.kafka.v2+json": components["schemas"]["Topic"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-topics-by-topic": {
        parameters: {
            query?: {
                /** @description ms until the outcome, at most 300000; 30000 by default. A leader that changes meanwhile is followed */
                timeout?: number;
                /** @description Answer 204 as soon as the records are taken, without their outcome */
                async?: boolean;
            };
            header?: {
                /** @description The request is carried out once for a key; repeated, it gets the first answer. Up to 255 characters. Not with streams of records */
                "Idempotency-Key"?: string;
            };
            path: {
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "records": [
                 *         {
                 *           "key": "k",
                 *           "value": {
                 *             "hello": "world"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/vnd.kafka.json.v2+json": components["schemas"]["PostTopicsTopicRequest"];
                /**
                 * @example {
                 *       "records": [
                 *         {
                 *           "key": "k",
                 *           "value": {
                 *             "hello": "world"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/vnd.kafka.text.v2+json": components["schemas"]["PostTopicsTopicRequest"];
                /**
                 * @example {
                 *       "records": [
                 *         {
                 *           "key": "k",
                 *           "value": {
                 *             "hello": "world"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/vnd.kafka.binary.v2+json": components["schemas"]["PostTopicsTopicRequest"];
            };
        };
        responses: {
            /** @description An outcome for each record, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.kafka.v2+json": components["schemas"]["PostTopicsTopicAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-topics-by-topic-partitions-by-partition": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.kafka.v2+json": components["schemas"]["Partition"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-topics-by-topic-partitions-by-partition": {
        parameters: {
            query?: {
                /** @description ms until the outcome, at most 300000; 30000 by default. A leader that changes meanwhile is followed */
                timeout?: number;
                /** @description Answer 204 as soon as the records are taken, without their outcome */
                async?: boolean;
            };
            header?: {
                /** @description The request is carried out once for a key; repeated, it gets the first answer. Up to 255 characters. Not with streams of records */
                "Idempotency-Key"?: string;
            };
            path: {
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "records": [
                 *         {
                 *           "key": "k",
                 *           "value": {
                 *             "hello": "world"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/vnd.kafka.json.v2+json": components["schemas"]["PostTopicsTopicPartitionsPartitionRequest"];
                /**
                 * @example {
                 *       "records": [
                 *         {
                 *           "key": "k",
                 *           "value": {
                 *             "hello": "world"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/vnd.kafka.text.v2+json": components["schemas"]["PostTopicsTopicPartitionsPartitionRequest"];
                /**
                 * @example {
                 *       "records": [
                 *         {
                 *           "key": "k",
                 *           "value": {
                 *             "hello": "world"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/vnd.kafka.binary.v2+json": components["schemas"]["PostTopicsTopicPartitionsPartitionRequest"];
            };
        };
        responses: {
            /** @description An outcome for each record, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.kafka.v2+json": components["schemas"]["PostTopicsTopicPartitionsPartitionAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-topics-by-topic-records": {
        parameters: {
            query?: {
                /** @description ms until the outcome, at most 300000; 30000 by default. A leader that changes meanwhile is followed */
                timeout?: number;
            };
            header?: {
                /** @description The request is carried out once for a key; repeated, it gets the first answer. Up to 255 characters. Not with streams of records */
                "Idempotency-Key"?: string;
            };
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": {
                 *         "type": "STRING",
                 *         "data": "k"
                 *       },
                 *       "value": {
                 *         "type": "JSON",
                 *         "data": {
                 *           "hello": 1
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterTopicsTopicRecordsRequest"];
            };
        };
        responses: {
            /** @description A delivery report for each record */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryReport"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-topics-by-topic-records-batch": {
        parameters: {
            query?: {
                /** @description ms until the outcome, at most 300000; 30000 by default. A leader that changes meanwhile is followed */
                timeout?: number;
            };
            header?: {
                /** @description The request is carried out once for a key; repeated, it gets the first answer. Up to 255 characters. Not with streams of records */
                "Idempotency-Key"?: string;
            };
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "entries": [
                 *         {
                 *           "id": "1",
                 *           "value": {
                 *             "type": "STRING",
                 *             "data": "hello"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterTopicsTopicRecordsBatchRequest"];
            };
        };
        responses: {
            /** @description Successes and failures, by id */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchOutcome"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       "orders"
                     *     ]
                     */
                    "application/vnd.kafka.v2+json": components["schemas"]["TopicNames"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-topics-by-topic-partitions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.kafka.v2+json": components["schemas"]["Partitions"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-topics-by-topic-partitions-by-partition-offsets": {
        parameters: {
            query?: {
                /** @description ms until the answer, at most 300000; 30000 by default, and 10000 where the partition has no leader */
                timeout?: number;
            };
            header?: never;
            path: {
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "beginning_offset": 0,
                     *       "end_offset": 10
                     *     }
                     */
                    "application/vnd.kafka.v2+json": components["schemas"]["PartitionOffsets"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-admin-topics": {
        parameters: {
            query?: {
                /** @description Only names that contain this, in any case */
                search?: string;
                /** @description `name` (default), `partitions`, `replication`, `unwell`; with `-` before it the other way round */
                sort?: string;
                /** @description How many to pass over; 0 by default */
                offset?: number;
                /** @description 1 to 1000; 100 by default */
                limit?: number;
                /** @description With the cluster's own topics */
                internal?: boolean;
                /** @description Only these, as in `orders,refunds` */
                names?: string;
                /** @description Only those with partitions that are not well */
                unwell?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetAdminTopicsAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-admin-topics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "topic_name": "orders",
                 *       "partitions_count": 3
                 *     }
                 */
                "application/vnd.kafka.v2+json": components["schemas"]["PostAdminTopicsRequest"];
                /**
                 * @example {
                 *       "topic_name": "orders",
                 *       "partitions_count": 3
                 *     }
                 */
                "application/json": components["schemas"]["PostAdminTopicsRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-acls": {
        parameters: {
            query?: {
                /** @description Of the rules */
                resource_type?: string;
                /** @description Of the rules */
                resource_name?: string;
                /** @description Of the rules */
                pattern_type?: string;
                /** @description Of the rules */
                principal?: string;
                /** @description Of the rules */
                host?: string;
                /** @description Of the rules */
                operation?: string;
                /** @description Of the rules */
                permission?: string;
            };
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no authorizer */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-acls": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no authorizer */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-acls": {
        parameters: {
            query?: {
                /** @description Of the rules */
                resource_type?: string;
                /** @description Of the rules */
                resource_name?: string;
                /** @description Of the rules */
                pattern_type?: string;
                /** @description Of the rules */
                principal?: string;
                /** @description Of the rules */
                host?: string;
                /** @description Of the rules */
                operation?: string;
                /** @description Of the rules */
                permission?: string;
            };
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no authorizer */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-acls-batch": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no authorizer */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-configs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaTopicConfigList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-topics-configs-alter": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": [
                 *         {
                 *           "topic_name": "orders",
                 *           "configs": [
                 *             {
                 *               "name": "retention.ms",
                 *               "value": "3600000"
                 *             }
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterTopicsConfigsAlterRequest"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some were refused; the others are changed */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopicChangeFailures"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-brokers-configs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaBrokerConfigList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-default-configs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaTopicConfigList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaClusterList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaCluster"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-brokers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaBrokerList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-brokers-by-broker": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaBroker"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-brokers-by-broker": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-brokers-by-broker-partition-replicas": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReplicaList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-configs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaTopicConfigList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-topics-by-topic-configs-alter": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": [
                 *         {
                 *           "name": "retention.ms",
                 *           "value": "3600000"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterTopicsTopicConfigsAlterRequest"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaTopicConfig"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "put-v3-clusters-by-cluster-topics-by-topic-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": "3600000"
                 *     }
                 */
                "application/json": components["schemas"]["PutV3ClustersClusterTopicsTopicConfigsNameRequest"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-topics-by-topic-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-brokers-by-broker-configs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaBrokerConfigList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-brokers-by-broker-configs-alter": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": [
                 *         {
                 *           "name": "retention.ms",
                 *           "value": "3600000"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterBrokersBrokerConfigsAlterRequest"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-brokers-by-broker-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaBrokerConfig"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "put-v3-clusters-by-cluster-brokers-by-broker-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": "3600000"
                 *     }
                 */
                "application/json": components["schemas"]["PutV3ClustersClusterBrokersBrokerConfigsNameRequest"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-brokers-by-broker-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-broker-configs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaClusterConfigList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-broker-configs-alter": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "data": [
                 *         {
                 *           "name": "retention.ms",
                 *           "value": "3600000"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterBrokerConfigsAlterRequest"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-broker-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaClusterConfig"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "put-v3-clusters-by-cluster-broker-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": "3600000"
                 *     }
                 */
                "application/json": components["schemas"]["PutV3ClustersClusterBrokerConfigsNameRequest"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-broker-configs-by-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-consumer-groups-by-group-offsets-reset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "strategy": "time",
                 *       "value": "PT1H",
                 *       "topics": [
                 *         "orders"
                 *       ],
                 *       "dry_run": true
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterConsumerGroupsGroupOffsetsResetRequest"];
            };
        };
        responses: {
            /** @description Before, after and why, by partition */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerGroupOffsetResetList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-consumer-groups-by-group-offsets": {
        parameters: {
            query?: {
                /** @description The topic */
                topic?: string;
                /** @description Only this partition; repeat for several */
                partition?: number;
            };
            header?: never;
            path: {
                cluster: string;
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups": {
        parameters: {
            query?: {
                /** @description Groups on a page; 500 by default */
                page_size?: number;
                /** @description From the link to the next page */
                page_token?: string;
                /** @description Only these states, as in `STABLE,EMPTY` (also `ASSIGNING`, `RECONCILING`, `PREPARING_REBALANCE`, `COMPLETING_REBALANCE`, `DEAD`) */
                state?: string;
                /** @description Only `CLASSIC`, or only `CONSUMER` */
                type?: string;
                /** @description Only names that begin with this */
                prefix?: string;
                /** @description Only names that contain this */
                contains?: string;
                /** @description Only groups that read this topic, or have committed offsets of it */
                topic?: string;
            };
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerGroupList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups-by-group": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerGroup"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-consumer-groups-by-group": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups-by-group-consumers": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups-by-group-consumers-by-consumer": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
                consumer: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumer"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups-by-group-consumers-by-consumer-assignments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
                consumer: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerAssignmentList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups-by-group-consumers-by-consumer-assignments-by-topic-partitions-by-partition": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
                consumer: string;
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerAssignment"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups-by-group-lag-summary": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerGroupLagSummary"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups-by-group-lags": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerLagList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-consumer-groups-by-group-lags-by-topic-partitions-by-partition": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                group: string;
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaConsumerLag"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-leaders-elect": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "election": "preferred"
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterLeadersElectRequest"];
            };
        };
        responses: {
            /** @description What became of each partition */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaElectionList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-reassignments-plan": {
        parameters: {
            query?: {
                /** @description Ids of the brokers that shall have all replicas, as in 1,2,3; all live ones where it is missing */
                brokers?: string;
            };
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReassignmentPlan"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-reassignments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reassignments": [
                 *         {
                 *           "topic_name": "orders",
                 *           "partition_id": 0,
                 *           "replicas": [
                 *             2,
                 *             3,
                 *             4
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterReassignmentsRequest"];
            };
        };
        responses: {
            /** @description What became of each */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReassignmentOutcomeList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-brokers-by-broker-drain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaBrokerDrain"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-brokers-by-broker-drain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["PostV3ClustersClusterBrokersBrokerDrainRequest"];
            };
        };
        responses: {
            /** @description What it still leads */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaBrokerDrain"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-brokers-by-broker-drain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-partitions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaPartitionList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaPartition"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-replicas": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReplicaList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-replicas": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReplicaList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-replicas-by-broker": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                partition: string;
                broker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReplica"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-offset": {
        parameters: {
            query?: {
                /** @description Milliseconds since 1970: also the first record at that time or later */
                timestamp?: number;
                /** @description ms until the answer, at most 300000; 30000 by default, and 10000 where the partition has no leader */
                timeout?: number;
            };
            header?: never;
            path: {
                cluster: string;
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaPartitionOffset"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-partitions-reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReassignmentList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-partitions-reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReassignmentList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReassignment"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "replicas": [
                 *         2,
                 *         3,
                 *         4
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterTopicsTopicPartitionsPartitionReassignmentRequest"];
            };
        };
        responses: {
            /** @description It is under way, or done already */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaReassignment"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-topics-by-topic-partitions-by-partition-reassignment": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics": {
        parameters: {
            query?: {
                /** @description Say in `authorized_operations` what may be done with a topic; else it is empty */
                include_authorized_operations?: boolean;
                /** @description Topics on a page */
                page_size?: number;
                /** @description From the link to the next page */
                page_token?: string;
            };
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaTopicList"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "post-v3-clusters-by-cluster-topics": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "topic_name": "orders",
                 *       "partitions_count": 3
                 *     }
                 */
                "application/json": components["schemas"]["PostV3ClustersClusterTopicsRequest"];
            };
        };
        responses: {
            /** @description The topic */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaTopic"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-v3-clusters-by-cluster-topics-by-topic": {
        parameters: {
            query?: {
                /** @description Say in `authorized_operations` what may be done with a topic; else it is empty */
                include_authorized_operations?: boolean;
            };
            header?: never;
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaTopic"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "delete-v3-clusters-by-cluster-topics-by-topic": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "patch-v3-clusters-by-cluster-topics-by-topic": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cluster: string;
                topic: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "partitions_count": 6
                 *     }
                 */
                "application/json": components["schemas"]["PatchV3ClustersClusterTopicsTopicRequest"];
            };
        };
        responses: {
            /** @description The resource as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KafkaTopic"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-admin-overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetAdminOverviewAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-admin-topics-offsets": {
        parameters: {
            query?: {
                /** @description Up to 200, as in `orders,refunds` */
                names?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetAdminTopicsOffsetsAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-admin-topics-by-topic-partitions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                topic: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetAdminTopicsTopicPartitionsAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-admin-brokers-by-broker-log-dirs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                broker: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetAdminBrokersBrokerLogDirsAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-admin-reassignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As described */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetAdminReassignmentsAnswer200"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
    "get-topics-by-topic-partitions-by-partition-records": {
        parameters: {
            query?: {
                /** @description The first record; the log's start by default */
                offset?: number;
                /** @description Or: the first one not older, ms since 1970 */
                timestamp?: number;
                /** @description ms to wait for a record, at most 300000; 0 by default. Also for a leader where the partition has none; 10000 by default */
                timeout?: number;
                /** @description Of keys and values; 1 MiB by default */
                max_bytes?: number;
                /** @description `headers,timestamp` adds these to each record */
                include?: string;
            };
            header?: never;
            path: {
                topic: string;
                partition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The records */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.kafka.binary.v2+json": components["schemas"]["ConsumedRecords"];
                    "application/vnd.kafka.json.v2+json": components["schemas"]["ConsumedRecords"];
                    "application/vnd.kafka.text.v2+json": components["schemas"]["ConsumedRecords"];
                };
            };
            "4XX": components["responses"]["Error"];
            "5XX": components["responses"]["Error"];
        };
    };
}
