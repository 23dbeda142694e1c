using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.House;

/// <summary>
/// A log of queries: seven days up to now, some hundred and fifty kinds of statements with values of their own in each, some hundred to some
/// two thousand characters long, a hundredth of them failed. Made by the engine from the numbers of the rows.
/// </summary>
sealed class LogWorld(ClickHouseStore store)
{
    public const int Days = 7;
    const int Chunk = 250_000;

    // What the statement for fingerprints reads, and nothing is done with it.
    const string Columns = "type, event_date, event_time, query_duration_ms, read_rows, read_bytes, memory_usage, query, query_kind, tables, user, query_id, is_initial_query, normalized_query_hash";

    public async Task FillAsync(int rows, CancellationToken cancellationToken)
    {
        for (var from = 0; from < rows; from += Chunk)
        {
            await store.ExecuteAsync(Rows(from, Math.Min(Chunk, rows - from), rows), null, cancellationToken);
        }
        await store.ExecuteAsync("OPTIMIZE TABLE system_log.query_log", null, cancellationToken);
    }

    /// <summary>Reads the columns that the statement for fingerprints reads, over the same days, as many threads as there are.</summary>
    public Task ScanAsync(CancellationToken cancellationToken) => store.ScalarAsync(
        $"SELECT count() FROM system.query_log WHERE event_time >= now() - toIntervalDay({Days}) AND event_date >= today() - {Days} AND NOT ignore({Columns})", null, cancellationToken);

    static string Rows(int from, int count, int all) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        INSERT INTO system_log.query_log (type, event_date, event_time, event_time_microseconds, query_start_time, query_start_time_microseconds, query_duration_ms, read_rows, read_bytes,
            result_rows, memory_usage, current_database, query, formatted_query, query_kind, databases, tables, user, query_id, is_initial_query, exception, exception_code)
        WITH cityHash64(number, 'kind') AS h, toUInt32(sqrt(h % 40000)) AS kind,
            toDateTime64(now() - toIntervalSecond(5) - toIntervalSecond(intDiv(({{all}} - number) * {{Days}} * 86000, {{all}})), 6) AS at,
            ['orders', 'events', 'sessions', 'invoices', 'customers', 'prices', 'stock', 'deliveries', 'clicks', 'searches'] AS names,
            concat('shop.', names[1 + kind % 10]) AS target,
            concat('SELECT toStartOfHour(created_at) AS hour, count() AS many, sum(amount_', toString(kind), ') AS total FROM ', target, ' WHERE customer_id = ', toString(h % 1000000),
                ' AND created_at >= ', '\'', toString(toDateTime(at) - 86400), '\'', ' AND status IN (\'paid\', \'sent\', \'', toString(h % 97), '\')',
                arrayStringConcat(arrayMap(place -> concat(' AND (column_', toString(kind), '_', toString(place), ' != \'', hex(cityHash64(number, place)), '\' OR amount > ', toString(cityHash64(number, place, 'n') % 100000), ')'), range(1 + kind % 20))),
                ' GROUP BY hour ORDER BY hour LIMIT ', toString(10 + h % 90)) AS text,
            h % 100 = 0 AS failed
        SELECT if(failed, 'ExceptionWhileProcessing', 'QueryFinish'), toDate(at), toDateTime(at), at, toDateTime(at), at,
            toUInt64(5 + kind * 3 + exp(cityHash64(number, 'ms') % 700 / 100)), cityHash64(number, 'rows') % 10000000, cityHash64(number, 'bytes') % 1000000000,
            h % 1000, cityHash64(number, 'memory') % 2000000000, 'shop', text, '', 'Select', ['shop'], [target], concat('user_', toString(h % 12)), toString(reinterpretAsUUID(concat(
            reinterpretAsFixedString(cityHash64(number, 1)), reinterpretAsFixedString(cityHash64(number, 2))))), 1,
            if(failed, 'Code: 241. DB::Exception: Memory limit exceeded', ''), if(failed, 241, 0)
        FROM numbers({{from}}, {{count}})
        """);
}
