using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Dashboards;
using Prickle.Insights;
using Prickle.Sql;
using Prickle.Templates.Suggesting;

namespace Prickle.Templates;

/// <summary>
/// A sensible dashboard about one table, by simple rules: how many rows, how many a day, the columns and properties that have
/// few values, and the range of numbers. Every tile is a statement that can be changed.
/// </summary>
public sealed class TableXray(DashboardBook dashboards, SqlSchema schema, SqlSandbox sandbox)
{
    const int MostLookedAt = 40;
    const int MostSplits = 6;
    const int MostNumbers = 6;
    const int MostValues = 50;

    // What tells rows apart, or where they belong: nobody wants to see it counted.
    static bool TellsRowsApart(string column) => column is "id" or "uuid" or "version" or "is_deleted" || column.EndsWith("_id", StringComparison.Ordinal);

    public async Task<Outcome<Dashboard>> MakeAsync(ProjectGrant grant, string name, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Query, Level.Read))
        {
            return Refusal.Denied("You may not run SQL in this project.");
        }
        try
        {
            var tables = await schema.TablesAsync(grant.Project, cancellationToken);
            return tables.FirstOrDefault(table => table.Name == name) is { } table
                ? await MakeAsync(grant, table, cancellationToken)
                : Refusal.Invalid("table", "The project has no such table.");
        }
        catch (Exception failure) when (StoreAway.Is(failure))
        {
            return new Refusal(RefusalReason.Unavailable, "The tables cannot be read at present. Try again in a moment.");
        }
    }

    async Task<Outcome<Dashboard>> MakeAsync(ProjectGrant grant, SqlTable table, CancellationToken cancellationToken)
    {
        var from = Quoted(table.Name);
        var columns = table.Columns.Where(column => !TellsRowsApart(column.Name) && !column.Name.Contains('`', StringComparison.Ordinal)).ToList();
        List<TileDraft> tiles = [Tile($"{table.Name}: rows", $"SELECT count() AS rows FROM {from}", "") with { Layouts = new(new(0, 0, 3, 8), new(0, 0, 1, 8)) }];
        if (columns.FirstOrDefault(column => IsTime(column.Type)) is { } moment)
        {
            var at = Quoted(moment.Name);
            tiles.Add(Tile(
                $"{table.Name}: rows by day of {moment.Name}",
                $"SELECT toDate({at}) AS day, count() AS rows FROM {from} WHERE {at} >= now() - INTERVAL 90 DAY GROUP BY day ORDER BY day", "line") with
            { Layouts = new(new(3, 0, 9, 8), new(0, 8, 1, 8)) });
        }
        var splits = columns.Where(column => IsText(column.Type)).Select(column => (column.Name, Value: $"toString({Quoted(column.Name)})"))
            .Concat(table.Properties.Where(property => IsText(property.Type) && !property.Path.StartsWith("person.", StringComparison.Ordinal))
                .Select(property => (Name: property.Path, Value: $"toString({property.Path})")))
            .Take(MostLookedAt).ToList();
        foreach (var (split, value) in await FewValuedAsync(grant.Project, from, splits, cancellationToken))
        {
            tiles.Add(Tile($"{table.Name} by {split}", $"SELECT {value} AS value, count() AS rows FROM {from} GROUP BY value ORDER BY rows DESC LIMIT 10", "bar"));
        }
        var numbers = columns.Where(column => IsNumber(column.Type)).Take(MostNumbers).ToList();
        if (numbers.Count > 0)
        {
            var ranges = string.Join(", ", numbers.Select(column => $"min({Quoted(column.Name)}) AS {Quoted($"least {column.Name}")}, round(avg({Quoted(column.Name)}), 2) AS {Quoted($"mean {column.Name}")}, max({Quoted(column.Name)}) AS {Quoted($"most {column.Name}")}"));
            tiles.Add(Tile($"{table.Name}: numbers", $"SELECT {ranges} FROM {from}", ""));
        }
        return await dashboards.CreateAsync(grant, new DashboardDraft { Name = $"X-ray of {table.Name}", Tags = ["x-ray"] }, tiles, null, cancellationToken);
    }

    // One look at the table says of all of them how many values they have.
    async Task<IReadOnlyList<(string Name, string Value)>> FewValuedAsync(
        Project project, string from, IReadOnlyList<(string Name, string Value)> candidates, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
        {
            return [];
        }
        var counts = string.Join(", ", candidates.Select((one, index) => string.Create(CultureInfo.InvariantCulture, $"uniqIf({one.Value}, {one.Value} != '') AS c{index}")));
        var outcome = await sandbox.RunAsync(project, new SqlRequest($"SELECT {counts} FROM {from}") { Confirm = true }, cancellationToken);
        return outcome is SqlOutcome<SqlAnswer>.Done { Value.Results: [var row, ..] }
            ? [.. candidates.Where((_, index) => row[index].TryGetInt64(out var values) && values is >= 2 and <= MostValues).Take(MostSplits)]
            : [];
    }

    static TileDraft Tile(string name, string statement, string display) => new()
    {
        NewInsight = new InsightDraft
        {
            Name = name.Length > 400 ? name[..400] : name,
            Query = JsonSerializer.SerializeToElement(display.Length > 0 ? (object)new { kind = "SqlQuery", query = statement, display } : new { kind = "SqlQuery", query = statement }),
        },
    };

    static string Quoted(string name) => $"`{name}`";

    static bool IsTime(string type) => Bare(type).StartsWith("Date", StringComparison.Ordinal);

    static bool IsText(string type) => Bare(type) is "String" or "Bool" || Bare(type).StartsWith("Enum", StringComparison.Ordinal) || Bare(type).StartsWith("FixedString", StringComparison.Ordinal);

    static bool IsNumber(string type) => Bare(type) is var bare && (bare.StartsWith("Int", StringComparison.Ordinal) || bare.StartsWith("UInt", StringComparison.Ordinal)
        || bare.StartsWith("Float", StringComparison.Ordinal) || bare.StartsWith("Decimal", StringComparison.Ordinal));

    // LowCardinality(Nullable(String)) holds texts all the same.
    static string Bare(string type)
    {
        while (type.StartsWith("LowCardinality(", StringComparison.Ordinal) || type.StartsWith("Nullable(", StringComparison.Ordinal))
        {
            type = type[(type.IndexOf('(', StringComparison.Ordinal) + 1)..^1];
        }
        return type;
    }
}
