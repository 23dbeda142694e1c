-- Who is in a cohort, by calculation: the rows of its newest version count, older ones are removed after it.
CREATE TABLE IF NOT EXISTS {local:cohort_members} {on_cluster}
(
    project_id UInt32,
    cohort_id UInt32,
    person_id UUID,
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree:}
ORDER BY (project_id, cohort_id, version, person_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:cohort_members:cityHash64(person_id)};

CREATE TABLE IF NOT EXISTS {local:cohort_versions} {on_cluster}
(
    project_id UInt32,
    cohort_id UInt32,
    version UInt64
)
ENGINE = {engine:ReplacingMergeTree:version}
ORDER BY (project_id, cohort_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:cohort_versions:cohort_id};

-- Who was put into a static cohort, with a distinct id: by it they are found after becoming part of another person.
CREATE TABLE IF NOT EXISTS {local:cohort_static_members} {on_cluster}
(
    project_id UInt32,
    cohort_id UInt32,
    person_id UUID,
    distinct_id String,
    version UInt64,
    is_deleted UInt8 DEFAULT 0
)
ENGINE = {engine:ReplacingMergeTree:version, is_deleted}
ORDER BY (project_id, cohort_id, person_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

{distributed:cohort_static_members:cityHash64(person_id)};
