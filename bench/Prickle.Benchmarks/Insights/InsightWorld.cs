using System.Globalization;
using Prickle.ClickHouse;

namespace Prickle.Benchmarks.Insights;

/// <summary>
/// Events to ask about: 90 days of summer 2026, a person for each hundred events, seven kinds of events with properties.
/// Made by the engine itself from the numbers of the rows, so the same on every machine.
/// </summary>
sealed class InsightWorld(ClickHouseStore store)
{
    public const string From = "2026-06-01";
    public static readonly DateOnly LastDay = new(2026, 8, 29);
    const int Chunk = 250_000;

    /// <summary>The fields of the SQL that is measured: the project's rows within the 90 days.</summary>
    public static string Where(int project) => string.Create(
        CultureInfo.InvariantCulture,
        $"project_id = {project} AND timestamp >= toDateTime64('{From} 00:00:00', 6, 'UTC') AND timestamp < toDateTime64('2026-08-30 00:00:00', 6, 'UTC')");

    /// <summary>Fills a project up to so many events; what is there already stays.</summary>
    public async Task FillAsync(int project, int events, CancellationToken cancellationToken)
    {
        var present = Convert.ToInt64(
            await store.ScalarAsync($"SELECT count() FROM events WHERE {Where(project)}", null, cancellationToken), CultureInfo.InvariantCulture);
        for (var from = present; from < events; from += Chunk)
        {
            await store.ExecuteAsync(Events(project, from, Math.Min(Chunk, events - from), events / 100), null, cancellationToken);
        }
        if (present < events)
        {
            await store.ExecuteAsync(Persons(project, events / 100), null, cancellationToken);
            await store.ExecuteAsync("OPTIMIZE TABLE persons FINAL", null, cancellationToken);
            await store.ExecuteAsync("OPTIMIZE TABLE events", null, cancellationToken);
        }
    }

    static string Person(int project, string index) => string.Create(
        CultureInfo.InvariantCulture,
        $"reinterpretAsUUID(concat(reinterpretAsFixedString(cityHash64({project}, {index}, 'person')), reinterpretAsFixedString(cityHash64({project}, {index}, 'p'))))");

    static string Events(int project, long from, long count, int persons) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        INSERT INTO events (project_id, uuid, event, timestamp, distinct_id, person_id, person_profile, session_id, group_0, properties, captured_at)
        WITH cityHash64(number, 'who') % {{persons}} AS person, cityHash64(number, 'what') % 100 AS what,
            toDateTime64('{{From}} 00:00:00', 6, 'UTC') + toIntervalSecond(cityHash64(number, 'when') % (90 * 86400)) AS at
        SELECT {{project}},
            reinterpretAsUUID(concat(reinterpretAsFixedString(cityHash64({{project}}, number, 1)), reinterpretAsFixedString(cityHash64({{project}}, number, 2)))),
            multiIf(what < 45, '$pageview', what < 65, '$autocapture', what < 78, 'product viewed', what < 88, 'added to cart', what < 92, 'signed up', what < 96, 'paid', 'invited'),
            at, concat('person-', toString(person)), {{Person(project, "person")}}, true,
            concat('s-', toString(person), '-', toString(toYYYYMMDD(at))), concat('company-', toString(person % 500)),
            CAST(concat('{"$current_url":"https://shop.example/p/', toString(cityHash64(number, 'page') % 40),
                '","$pathname":"/p/', toString(cityHash64(number, 'page') % 40),
                '","$browser":"', arrayElement(['Chrome', 'Safari', 'Firefox', 'Edge', 'Opera'], 1 + person % 5),
                '","$geoip_country_code":"', arrayElement(['DE', 'FR', 'US', 'BR', 'IN', 'JP', 'GB'], 1 + person % 7),
                '","plan":"', arrayElement(['free', 'team', 'business'], 1 + person % 3),
                '","amount":', toString(cityHash64(number, 'amount') % 20000 / 100), '}'), 'JSON'),
            at
        FROM numbers({{from}}, {{count}})
        SETTINGS max_partitions_per_insert_block = 0, max_insert_block_size = 250000, input_format_try_infer_dates = 0, input_format_try_infer_datetimes = 0
        """);

    static string Persons(int project, int count) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        INSERT INTO persons (project_id, id, properties, is_identified, created_at, version)
        SELECT {{project}}, {{Person(project, "number")}},
            CAST(concat('{"email":"person-', toString(number), '@example.com","country":"', arrayElement(['DE', 'FR', 'US', 'BR', 'IN', 'JP', 'GB'], 1 + number % 7), '"}'), 'JSON'),
            true, toDateTime64('{{From}} 00:00:00', 6, 'UTC'), 1
        FROM numbers({{count}})
        """);
}
