using System.Text.Json;
using Prickle.House.Storage;
using Prickle.Servers;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.House;

/// <summary>Tables, columns, parts and disks, on 18.16 and on the engine.</summary>
[Collection(OldCluster.Name)]
public sealed class StorageTests(OldCluster old, HouseHost house) : IClassFixture<HouseHost>
{
    [Fact]
    public async Task Tables_of_one_name_in_two_databases_are_told_apart_and_left_parts_do_not_count()
    {
        var (first, second) = (await MakeAsync(1000), await MakeAsync(3000));
        // Merged away: the parts before it are there for some minutes, and are no part of the table.
        await old.One.RunAsync($"INSERT INTO {first}.orders SELECT toDate('2026-01-05'), number, 'x' FROM numbers(10)");
        await old.One.RunAsync($"OPTIMIZE TABLE {first}.orders FINAL");
        var server = await house.WatchAsync(old.Addresses.Take(1));

        var tables = await TablesAsync($"{house.Servers}/{server}/tables?search=orders&limit=1000");

        tables[(first, "orders")].GetProperty("rows").GetInt64().ShouldBe(1010);
        tables[(second, "orders")].GetProperty("rows").GetInt64().ShouldBe(3000);
        tables[(first, "orders")].GetProperty("parts").GetInt64().ShouldBe(1);
        tables[(first, "orders")].GetProperty("bytes_on_disk").GetInt64().ShouldBe(
            long.Parse((await old.One.RunAsync($"SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '{first}'")).Trim(), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Sizes_over_both_nodes_are_added_up_and_each_can_be_asked_alone()
    {
        var database = $"both_{Guid.CreateVersion7():n}";
        await old.EverywhereAsync($"CREATE DATABASE {database}");
        await old.EverywhereAsync($"CREATE TABLE {database}.t (d Date, id UInt64) ENGINE = MergeTree PARTITION BY d ORDER BY id");
        await old.One.RunAsync($"INSERT INTO {database}.t SELECT toDate('2026-01-01'), number FROM numbers(100)");
        await old.Two.RunAsync($"INSERT INTO {database}.t SELECT toDate('2026-01-01') + number % 2, number FROM numbers(50)");
        var server = await house.WatchAsync(old.Addresses);

        var all = (await TablesAsync($"{house.Servers}/{server}/tables?search={database}"))[(database, "t")];
        var two = (await TablesAsync($"{house.Servers}/{server}/tables?search={database}&node={old.Two.Address.Authority}"))[(database, "t")];

        (all.GetProperty("rows").GetInt64(), all.GetProperty("nodes").GetInt32()).ShouldBe((150, 2));
        (two.GetProperty("rows").GetInt64(), two.GetProperty("parts").GetInt64(), two.GetProperty("partitions").GetInt64()).ShouldBe((50, 2, 2));
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("back\\slash")]
    [InlineData("semi; DROP TABLE x --")]
    [InlineData("<b>bold</b>")]
    [InlineData("two\nlines\tand a tab")]
    public async Task A_table_of_any_name_is_found_and_asked_about(string name)
    {
        var database = $"odd_{Guid.CreateVersion7():n}";
        await old.One.RunAsync($"CREATE DATABASE {database}");
        await old.One.RunAsync($"CREATE TABLE {database}.{Prickle.House.Frame.NodeSql.Quote(name)} (a Int8, b String) ENGINE = MergeTree ORDER BY a");
        await old.One.RunAsync($"INSERT INTO {database}.{Prickle.House.Frame.NodeSql.Quote(name)} VALUES (1, 'one')");
        var server = await house.WatchAsync(old.Addresses.Take(1));

        (await TablesAsync($"{house.Servers}/{server}/tables?search={database}")).Keys.ShouldBe([(database, name)]);
        var where = $"database={database}&table={Uri.EscapeDataString(name)}";
        (await RowsAsync($"{house.Servers}/{server}/columns?{where}")).Select(row => row.Text("name")).ShouldBe(["a", "b"]);
        (await RowsAsync($"{house.Servers}/{server}/parts?{where}&order=rows")).Single().GetProperty("rows").GetInt64().ShouldBe(1);
        (await RowsAsync($"{house.Servers}/{server}/partitions?{where}")).Single().GetProperty("parts").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Columns_of_the_engine_come_with_what_they_take()
    {
        var rows = await RowsAsync($"{house.Servers}/{WatchedServer.OwnId}/columns?database=system&table=one");

        rows.Single().Text("name").ShouldBe("dummy");
    }

    [Fact]
    public async Task Disks_are_told_by_the_engine_and_named_as_missing_by_the_old_one()
    {
        (await RowsAsync($"{house.Servers}/{WatchedServer.OwnId}/disks")).ShouldContain(disk => disk.GetProperty("total_bytes").GetInt64() > 0);

        var missing = (await house.GetAsync($"{house.Servers}/{await house.WatchAsync(old.Addresses)}/disks")).Nodes("missing").ToList();
        missing.Count.ShouldBe(2);
        missing[0].Text("piece").ShouldBe("system.disks");
    }

    [Fact]
    public void A_disk_that_takes_a_gigabyte_a_day_is_full_when_its_free_gigabytes_are_gone()
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        const double Gigabyte = 1024.0 * 1024 * 1024;
        var forecast = DiskForecast.Of([.. Enumerable.Range(0, 48).Select(hour => (start.AddHours(hour), (50 * Gigabyte) + (Gigabyte * hour / 24)))], TimeSpan.FromHours(6));

        forecast.ShouldNotBeNull().BytesADay.ShouldBe(Gigabyte, 1000);
        forecast.FullAfter((long)(10 * Gigabyte)).ShouldNotBeNull().TotalDays.ShouldBe(10, 0.001);
    }

    [Fact]
    public void Nothing_is_foretold_of_a_disk_that_was_watched_for_an_hour_or_that_empties()
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        DiskForecast.Of([(start, 1), (start.AddHours(1), 2)], TimeSpan.FromHours(6)).ShouldBeNull();
        DiskForecast.Of([(start, 1e12), (start.AddDays(1), 1e11)], TimeSpan.FromHours(6)).ShouldNotBeNull().FullAfter(1000).ShouldBeNull();
    }

    async Task<string> MakeAsync(int rows)
    {
        var database = $"shop_{Guid.CreateVersion7():n}";
        await old.One.RunAsync($"CREATE DATABASE {database}");
        await old.One.RunAsync($"CREATE TABLE {database}.orders (d Date, id UInt64, who String) ENGINE = MergeTree PARTITION BY toYYYYMM(d) ORDER BY id");
        await old.One.RunAsync($"INSERT INTO {database}.orders SELECT toDate('2026-01-01') + number % 28, number, toString(number) FROM numbers({rows})");
        return database;
    }

    async Task<Dictionary<(string, string), JsonElement>> TablesAsync(string path) =>
        (await house.GetAsync(path)).GetProperty("tables").GetProperty("results").EnumerateArray().ToDictionary(table => (table.Text("database"), table.Text("table")), table => table);

    async Task<List<JsonElement>> RowsAsync(string path) => [.. (await house.GetAsync(path)).GetProperty("results").EnumerateArray().Select(row => row.GetProperty("row"))];
}
