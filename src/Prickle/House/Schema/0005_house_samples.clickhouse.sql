-- What watched ClickHouse nodes did, every fifteen seconds: servers forget it, or never kept it.
CREATE TABLE IF NOT EXISTS {local:house_samples} {on_cluster}
(
    server_id UUID,
    node LowCardinality(String),
    metric LowCardinality(String),
    at DateTime('UTC') CODEC(DoubleDelta, ZSTD),
    value Float64 CODEC(Gorilla, ZSTD)
)
ENGINE = {engine:MergeTree}
PARTITION BY toYYYYMM(at)
ORDER BY (server_id, metric, node, at)
TTL at + INTERVAL 30 DAY;

{distributed:house_samples:cityHash64(server_id)};
