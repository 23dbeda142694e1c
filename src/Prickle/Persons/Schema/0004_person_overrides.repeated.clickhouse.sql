-- Lays merges over what events carry. It holds the password with which it reads, so it is made again when that changes.
CREATE OR REPLACE DICTIONARY {database}.person_overrides {on_cluster}
(
    project_id UInt32,
    distinct_id String,
    person_id UUID
)
PRIMARY KEY project_id, distinct_id
SOURCE(CLICKHOUSE({credentials} QUERY 'SELECT project_id, distinct_id, argMax(person_id, version) AS person_id FROM {database}.person_override_rows GROUP BY project_id, distinct_id' INVALIDATE_QUERY 'SELECT max(version), count() FROM {database}.person_override_rows'))
LAYOUT(COMPLEX_KEY_HASHED())
LIFETIME(MIN 1 MAX 2);
