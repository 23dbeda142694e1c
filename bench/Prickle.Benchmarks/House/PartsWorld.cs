using System.Diagnostics;
using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.House;

/// <summary>A table of very many parts, as one that gets a row at a time.</summary>
sealed class PartsWorld(ClickHouseStore store)
{
    const int PartsInAnInsert = 1000;

    /// <summary>Makes parts until there are so many, or the time is over; gives how many there are.</summary>
    public async Task<int> FillAsync(int parts, TimeSpan atMost, CancellationToken cancellationToken)
    {
        await store.ExecuteAsync("CREATE DATABASE IF NOT EXISTS parts", null, cancellationToken);
        await store.ExecuteAsync(
            """
            CREATE TABLE parts.many (part UInt32, id UInt64) ENGINE = MergeTree PARTITION BY part ORDER BY id
            SETTINGS parts_to_delay_insert = 1000000, parts_to_throw_insert = 1000000, max_parts_in_total = 1000000, max_bytes_to_merge_at_max_space_in_pool = 1
            """, null, cancellationToken);
        await store.ExecuteAsync("SYSTEM STOP MERGES parts.many", null, cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        var made = 0;
        while (made < parts && Stopwatch.GetElapsedTime(begun) < atMost)
        {
            // A row for each partition: each is a part of its own.
            await store.ExecuteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"INSERT INTO parts.many SELECT number, number + {made} FROM numbers({PartsInAnInsert}) SETTINGS max_partitions_per_insert_block = 0"), null, cancellationToken);
            made += PartsInAnInsert;
        }
        return made;
    }
}
