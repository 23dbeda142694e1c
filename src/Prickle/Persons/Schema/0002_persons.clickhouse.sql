-- Mirrors of the relational truth, for joins.
CREATE TABLE IF NOT EXISTS {local:persons} {on_cluster}
(
    project_id UInt32,
    id UUID,
    properties JSON,
    is_identified Bool,
    created_at DateTime64(6, 'UTC'),
    version UInt64,
    is_deleted UInt8 DEFAULT 0
)
ENGINE = {engine:ReplacingMergeTree:version, is_deleted}
ORDER BY (project_id, id)
SETTINGS min_bytes_for_wide_part = 134217728, fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:persons:cityHash64(id)};

-- Distinct ids whose events may carry another person than the one they belong to now (merges, splits).
CREATE TABLE IF NOT EXISTS {local:person_override_rows} {on_cluster}
(
    project_id UInt32,
    distinct_id String,
    person_id UUID,
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree:version}
ORDER BY (project_id, distinct_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:person_override_rows:cityHash64(distinct_id)};

CREATE TABLE IF NOT EXISTS {local:groups} {on_cluster}
(
    project_id UInt32,
    type_index UInt8,
    key String,
    properties JSON,
    created_at DateTime64(6, 'UTC'),
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree:version}
ORDER BY (project_id, type_index, key)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:groups:cityHash64(key)};
