using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using ClickHouse.Driver;
using Microsoft.Extensions.Logging;

namespace Prickle.ClickHouse.Schema;

/// <summary>One numbered schema file, for example <c>0001_events</c>.</summary>
/// <param name="Number">Its place among the others.</param>
/// <param name="Name">Number and name.</param>
/// <param name="Text">The statements, with placeholders.</param>
/// <param name="IsRepeated">Applied again whenever what its placeholders stand for has changed; its statements replace.</param>
public sealed record SchemaMigration(int Number, string Name, string Text, bool IsRepeated = false);

/// <summary>
/// Applies numbered SQL files once each, in order, and those named <c>….repeated.clickhouse.sql</c> also when their text came
/// to say something else, such as a new password. The caller holds a lock that keeps other nodes out
/// (ClickHouse without Keeper has none to offer); every statement is idempotent all the same.
/// </summary>
public sealed class SchemaMigrations(ClickHouseStore store, ILogger<SchemaMigrations> logger)
{
    const string Suffix = ".clickhouse.sql";
    const string Repeated = ".repeated";
    const int UnknownTable = 60;
    const int UnknownDatabase = 81;

    const string Ledgers = """
        CREATE TABLE IF NOT EXISTS {local:schema_migrations} {on_cluster}
        (number UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
        ENGINE = {engine:ReplacingMergeTree:applied_at} ORDER BY number;
        {distributed:schema_migrations:number};

        CREATE TABLE IF NOT EXISTS {local:schema_repeated} {on_cluster}
        (number UInt32, text_hash String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
        ENGINE = {engine:ReplacingMergeTree:applied_at} ORDER BY number;
        {distributed:schema_repeated:number};

        """;

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

    /// <summary>Whether the store answers and knows of no schema of ours: it is new, or has lost its data.</summary>
    /// <exception cref="ClickHouseServerException">It refused the question.</exception>
    public async Task<bool> IsMissingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await AppliedAsync(cancellationToken)).Count == 0;
        }
        catch (ClickHouseServerException refusal) when (refusal.ErrorCode is UnknownTable or UnknownDatabase)
        {
            return true;
        }
    }

    /// <summary>Makes the database when it is not there, then applies what is new.</summary>
    /// <param name="migrations">The schema.</param>
    /// <param name="cancellationToken">Breaks it off; applying it again goes on from there.</param>
    /// <param name="whenEmpty">Is called before anything is applied to a store that knows of no schema.</param>
    /// <returns>Whether the store knew of no schema.</returns>
    public async Task<bool> ApplyAsync(
        IReadOnlyList<SchemaMigration> migrations, CancellationToken cancellationToken, Func<CancellationToken, Task>? whenEmpty = null)
    {
        var endpoint = store.Endpoint;
        var template = new SchemaTemplate(endpoint);
        using var bare = new ClickHouseStore(() => endpoint with { Database = "default" });
        await bare.ExecuteAsync(template.Expand("CREATE DATABASE IF NOT EXISTS {database} {on_cluster}"), null, cancellationToken);
        await RunAsync(template, Ledgers, cancellationToken);
        var applied = await AppliedAsync(cancellationToken);
        var isEmpty = applied.Count == 0;
        if (isEmpty && whenEmpty is not null)
        {
            await whenEmpty(cancellationToken);
        }

        foreach (var migration in migrations)
        {
            var hash = migration.IsRepeated ? Hash(template.Expand(migration.Text)) : "";
            if (!applied.TryGetValue(migration.Number, out var known) || known != hash)
            {
                await RunAsync(template, migration.Text, cancellationToken);
                await NoteAsync(migration, hash, cancellationToken);
                logger.LogInformation("Applied ClickHouse schema {Name}", migration.Name);
            }
        }

        return isEmpty;
    }

    async Task RunAsync(SchemaTemplate template, string text, CancellationToken cancellationToken)
    {
        foreach (var statement in template.Statements(text))
        {
            await store.ExecuteAsync(statement, null, cancellationToken);
        }
    }

    /// <summary>The hash of what was last applied under each number; empty for what is applied once.</summary>
    async Task<Dictionary<int, string>> AppliedAsync(CancellationToken cancellationToken)
    {
        var applied = await store.ListAsync(
            """
            SELECT number, '' FROM schema_migrations GROUP BY number
            UNION ALL SELECT number, argMax(text_hash, applied_at) FROM schema_repeated GROUP BY number
            """,
            row => (Number: Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture), Hash: row.GetString(1)),
            cancellationToken: cancellationToken);
        return applied.ToDictionary(row => row.Number, row => row.Hash);
    }

    Task NoteAsync(SchemaMigration migration, string hash, CancellationToken cancellationToken) => migration.IsRepeated
        ? store.ExecuteAsync(
            "INSERT INTO schema_repeated (number, text_hash) SELECT {number:UInt32}, {hash:String}",
            [("number", (uint)migration.Number), ("hash", hash)], cancellationToken)
        : store.ExecuteAsync(
            "INSERT INTO schema_migrations (number, name) SELECT {number:UInt32}, {name:String}",
            [("number", (uint)migration.Number), ("name", migration.Name)], cancellationToken);

    // Only the hash is kept: the text may hold the password.
    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static SchemaMigration Read(Assembly assembly, string resource)
    {
        // "Prickle.Capture.Schema.0001_events.clickhouse.sql": the last part before the suffix is the file's name.
        var name = resource[..^Suffix.Length];
        var isRepeated = name.EndsWith(Repeated, StringComparison.Ordinal);
        name = isRepeated ? name[..^Repeated.Length] : name;
        name = name[(name.LastIndexOf('.') + 1)..].TrimStart('_');
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return int.TryParse(name.Split('_')[0], CultureInfo.InvariantCulture, out var number)
            ? new SchemaMigration(number, name, reader.ReadToEnd().ReplaceLineEndings("\n"), isRepeated)
            : throw new InvalidOperationException($"Schema file {resource} does not begin with a number");
    }
}
