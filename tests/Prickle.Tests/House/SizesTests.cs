using System.Text.Json;
using Prickle.Servers;
using Prickle.Tests.Accounts;
using Prickle.Tests.Engine;

namespace Prickle.Tests.House;

/// <summary>Sizes that House tells, beside what the files take: a million events as the product stores them.</summary>
public sealed class SizesTests(HouseHost house, EngineFixture engine) : IClassFixture<HouseHost>
{
    const double Part = 0.1;

    // Months that nobody sweeps away; the values differ as those of a shop do.
    const string Events =
        """
        INSERT INTO {0}.events (project_id, uuid, event, timestamp, distinct_id, person_id, person_profile, group_0, properties, captured_at)
        SELECT 1, generateUUIDv4(), ['$pageview', 'product viewed', 'paid'][1 + number % 3], toDateTime64('2026-03-01 00:00:00', 6, 'UTC') + toIntervalSecond(cityHash64(number) % 2600000),
            concat('person-', toString(cityHash64(number, 'who') % 50000)), generateUUIDv4(), true, concat('company-', toString(number % 500)),
            CAST(concat('{"$current_url":"https://shop.example/p/', toString(cityHash64(number, 'page') % 4000), '","$browser":"', ['Chrome', 'Safari', 'Firefox'][1 + number % 3],
                '","amount":', toString(cityHash64(number, 'amount') % 20000 / 100), '}'), 'JSON'),
            toDateTime64('2026-03-01 00:00:00', 6, 'UTC')
        FROM numbers({1}, 100000) SETTINGS input_format_try_infer_dates = 0, input_format_try_infer_datetimes = 0
        """;

    [Fact]
    public async Task Of_a_million_events_table_and_columns_are_within_a_tenth_of_their_files()
    {
        var database = house.Store.Store.Endpoint.Database;
        await engine.PostAsync("/", $"SYSTEM STOP MERGES {database}.events");
        foreach (var chunk in Enumerable.Range(0, 10))
        {
            await engine.PostAsync("/", Events.Replace("{0}", database, StringComparison.Ordinal).Replace("{1}", $"{chunk * 100_000}", StringComparison.Ordinal));
        }

        // A new part is one file for all columns: what each of them takes there, no ClickHouse tells.
        var fresh = await CheckAsync(database);
        fresh.Folders.ShouldAllBe(folder => folder.GetFiles("*.bin").Length == 1);
        fresh.Columns.Values.ShouldAllBe(size => size == 0);
        fresh.InColumns.ShouldBe(fresh.OfTable, fresh.OfTable * Part);

        // A large one has a file for each column, and for each property in it.
        await engine.PostAsync("/", $"SYSTEM START MERGES {database}.events");
        await engine.PostAsync("/", $"OPTIMIZE TABLE {database}.events FINAL");
        var merged = await CheckAsync(database);
        merged.InColumns.ShouldBe(merged.OfTable, merged.OfTable * Part);
        foreach (var (name, size) in merged.Columns)
        {
            var files = merged.Folders.SelectMany(folder => folder.GetFiles("*.bin")).Where(file => file.Name.StartsWith($"{name}.", StringComparison.Ordinal)).Sum(file => file.Length);
            size.ShouldBe(files, Math.Max(4096, files * Part), name);
        }
        merged.Columns["properties"].ShouldBeGreaterThan(1_000_000);
    }

    async Task<Sizes> CheckAsync(string database)
    {
        var folders = (await engine.PostAsync("/", $"SELECT path FROM system.parts WHERE active AND database = '{database}' AND table = 'events'"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(path => new DirectoryInfo(path)).ToList();
        folders.ShouldNotBeEmpty();
        var onDisk = folders.Sum(folder => folder.GetFiles("*", SearchOption.AllDirectories).Sum(file => file.Length));

        var table = (await house.GetAsync($"{house.Servers}/{WatchedServer.OwnId}/tables?search={database}.events")).GetProperty("tables").GetProperty("results")[0];
        var columns = (await house.GetAsync($"{house.Servers}/{WatchedServer.OwnId}/columns?database={database}&table=events")).GetProperty("results").EnumerateArray()
            .Select(row => row.GetProperty("row")).ToDictionary(row => row.Text("name"), row => row.GetProperty("compressed_bytes").GetDouble());

        table.GetProperty("rows").GetInt64().ShouldBe(1_000_000);
        table.GetProperty("bytes_on_disk").GetDouble().ShouldBe(onDisk, onDisk * Part);
        return new Sizes(folders, columns, folders.Sum(folder => folder.GetFiles("*.bin").Sum(file => (double)file.Length)), table.GetProperty("compressed_bytes").GetDouble());
    }

    /// <summary>What the files take, and what House says.</summary>
    sealed record Sizes(IReadOnlyList<DirectoryInfo> Folders, IReadOnlyDictionary<string, double> Columns, double InColumns, double OfTable);
}
