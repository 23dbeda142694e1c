using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Prickle.ClickHouse.Schema;

/// <summary>One numbered schema file, for example <c>0001_events</c>.</summary>
public sealed record SchemaMigration(int Number, string Name, string Text);

/// <summary>
/// Applies numbered SQL files once each, in order. The caller holds a lock that keeps other nodes out
/// (ClickHouse without Keeper has none to offer); every statement is idempotent all the same.
/// </summary>
public sealed class SchemaMigrations(ClickHouseStore store, ILogger<SchemaMigrations> logger)
{
    const string Suffix = ".clickhouse.sql";

    /// <summary>The <c>NNNN_name.clickhouse.sql</c> files embedded in an assembly, in order.</summary>
    /// <exception cref="InvalidOperationException">Two files have one number, or a name has none.</exception>
    public static IReadOnlyList<SchemaMigration> Embedded(Assembly assembly)
    {
        var migrations = assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .OrderBy(migration => migration.Number)
            .ToList();
        var twice = migrations.GroupBy(migration => migration.Number).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? migrations
            : throw new InvalidOperationException($"Schema files {string.Join(" and ", twice.Select(m => m.Name))} have one number");
    }

    /// <summary>Makes the database when it is not there, then applies what is new.</summary>
    public async Task ApplyAsync(IReadOnlyList<SchemaMigration> migrations, CancellationToken cancellationToken)
    {
        var endpoint = store.Endpoint;
        var template = new SchemaTemplate(endpoint);
        using var bare = new ClickHouseStore(() => endpoint with { Database = "default" });
        await bare.ExecuteAsync(template.Expand("CREATE DATABASE IF NOT EXISTS {database} {on_cluster}"), null, cancellationToken);
        const string ledger = """
            CREATE TABLE IF NOT EXISTS {local:schema_migrations} {on_cluster}
            (number UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
            ENGINE = {engine:ReplacingMergeTree:applied_at} ORDER BY number;
            {distributed:schema_migrations:number};

            """;
        foreach (var statement in template.Statements(ledger))
        {
            await store.ExecuteAsync(statement, null, cancellationToken);
        }

        var applied = await store.ListAsync(
            "SELECT DISTINCT number FROM schema_migrations", row => Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture),
            cancellationToken: cancellationToken);
        foreach (var migration in migrations.Where(migration => !applied.Contains(migration.Number)))
        {
            foreach (var statement in template.Statements(migration.Text))
            {
                await store.ExecuteAsync(statement, null, cancellationToken);
            }

            await store.ExecuteAsync(
                "INSERT INTO schema_migrations (number, name) SELECT {number:UInt32}, {name:String}",
                [("number", (uint)migration.Number), ("name", migration.Name)], cancellationToken);
            logger.LogInformation("Applied ClickHouse schema {Name}", migration.Name);
        }
    }

    static SchemaMigration Read(Assembly assembly, string resource)
    {
        // "Prickle.Capture.Schema.0001_events.clickhouse.sql": the last part before the suffix is the file's name.
        var name = resource[..^Suffix.Length];
        name = name[(name.LastIndexOf('.') + 1)..].TrimStart('_');
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return int.TryParse(name.Split('_')[0], CultureInfo.InvariantCulture, out var number)
            ? new SchemaMigration(number, name, reader.ReadToEnd().ReplaceLineEndings("\n"))
            : throw new InvalidOperationException($"Schema file {resource} does not begin with a number");
    }
}
