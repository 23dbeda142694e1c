-- One row per event. person_id is what was known at capture; merges after that are laid over it at query
-- time by the dictionary person_overrides (0004_person_overrides).
-- The projection by_uuid answers "was this uuid stored before?" whatever the timestamp, and lives and dies
-- with the part, so that the answer is exact after a crash. UUID sorts by its halves swapped: toUInt128 gives
-- the order of the text, in which time-ordered uuids lie together.
-- Parts stay one file each until they hold some hundred thousand events: with a file or two for every property, making,
-- merging and deleting files cost a third of the engine's work.
-- A part is on the disk, and not only in the system's memory, before an insert is answered: only then the inbox forgets an
-- event, and a machine that loses its power must not. So it is with every table here.
CREATE TABLE IF NOT EXISTS {local:events} {on_cluster}
(
    project_id UInt32,
    uuid UUID,
    event LowCardinality(String),
    timestamp DateTime64(6, 'UTC'),
    distinct_id String,
    person_id UUID,
    person_profile Bool,
    session_id String,
    window_id String,
    elements_chain String,
    group_0 String,
    group_1 String,
    group_2 String,
    group_3 String,
    group_4 String,
    properties JSON,
    captured_at DateTime64(6, 'UTC'),
    PROJECTION by_uuid (SELECT project_id, uuid, toUInt128(uuid) AS uuid_number ORDER BY project_id, uuid_number)
)
ENGINE = {engine:ReplacingMergeTree:captured_at}
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project_id, toDate(timestamp), event, cityHash64(distinct_id), uuid)
SETTINGS deduplicate_merge_projection_mode = 'rebuild', lightweight_mutation_projection_mode = 'rebuild',
    min_bytes_for_wide_part = 134217728, fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:events:cityHash64(distinct_id)};

-- A session is what shares a $session_id. Fed by every stored event, so that a list of sessions need not read them all.
CREATE TABLE IF NOT EXISTS {local:sessions} {on_cluster}
(
    project_id UInt32,
    session_id String,
    started_at SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    ended_at SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
    distinct_id AggregateFunction(argMax, String, DateTime64(6, 'UTC')),
    person_id AggregateFunction(argMax, UUID, DateTime64(6, 'UTC')),
    entry_url AggregateFunction(argMinIf, String, DateTime64(6, 'UTC'), UInt8),
    exit_url AggregateFunction(argMaxIf, String, DateTime64(6, 'UTC'), UInt8),
    referring_domain AggregateFunction(argMinIf, String, DateTime64(6, 'UTC'), UInt8),
    browser AggregateFunction(argMaxIf, String, DateTime64(6, 'UTC'), UInt8),
    operating_system AggregateFunction(argMaxIf, String, DateTime64(6, 'UTC'), UInt8),
    device_type AggregateFunction(argMaxIf, String, DateTime64(6, 'UTC'), UInt8),
    country AggregateFunction(argMaxIf, String, DateTime64(6, 'UTC'), UInt8),
    event_count SimpleAggregateFunction(sum, UInt64),
    pageview_count SimpleAggregateFunction(sum, UInt64),
    autocapture_count SimpleAggregateFunction(sum, UInt64),
    INDEX started_at_range started_at TYPE minmax GRANULARITY 1
)
ENGINE = {engine:AggregatingMergeTree:}
ORDER BY (project_id, session_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:sessions:cityHash64(session_id)};

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.sessions_from_events {on_cluster} TO {local:sessions} AS
SELECT
    project_id,
    session_id,
    min(timestamp) AS started_at,
    max(timestamp) AS ended_at,
    argMaxState(distinct_id, timestamp) AS distinct_id,
    argMaxState(person_id, timestamp) AS person_id,
    argMinIfState(toString(properties.`$current_url`) AS url, timestamp, url != '') AS entry_url,
    argMaxIfState(toString(properties.`$current_url`), timestamp, toString(properties.`$current_url`) != '') AS exit_url,
    argMinIfState(toString(properties.`$referring_domain`) AS referrer, timestamp, referrer != '') AS referring_domain,
    argMaxIfState(toString(properties.`$browser`) AS browser_name, timestamp, browser_name != '') AS browser,
    argMaxIfState(toString(properties.`$os`) AS os_name, timestamp, os_name != '') AS operating_system,
    argMaxIfState(toString(properties.`$device_type`) AS device, timestamp, device != '') AS device_type,
    argMaxIfState(toString(properties.`$geoip_country_code`) AS country_code, timestamp, country_code != '') AS country,
    toUInt64(count()) AS event_count,
    toUInt64(countIf(event = '$pageview')) AS pageview_count,
    toUInt64(countIf(event = '$autocapture')) AS autocapture_count
FROM {local:events}
WHERE session_id != ''
GROUP BY project_id, session_id;

-- What was wrong with what came in, kept for 90 days. The id is made from the request and the place in it:
-- a batch that runs again after a crash writes the same rows.
CREATE TABLE IF NOT EXISTS {local:ingestion_warnings} {on_cluster}
(
    project_id UInt32,
    id UUID,
    timestamp DateTime64(6, 'UTC'),
    reason LowCardinality(String),
    event String,
    event_uuid String,
    distinct_id String,
    details String
)
ENGINE = {engine:ReplacingMergeTree:}
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project_id, reason, toDate(timestamp), id)
TTL toDateTime(timestamp) + INTERVAL 90 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:ingestion_warnings:cityHash64(id)};
