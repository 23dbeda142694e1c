using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Prickle.ClickHouse;
using Prickle.Sql.Statements;

namespace Prickle.Sql.Running;

/// <summary>Sends statements to the store on a connection that can only read, within limits, for one project.</summary>
sealed class SandboxConnection(ClickHouseStore store, IOptions<SqlOptions> options)
{
    public const string Format = "JSONCompactEachRowWithNamesAndTypes";

    /// <summary>Explains a statement; gives the lines as one text.</summary>
    public async Task<SqlOutcome<string>> ExplainAsync(
        string prefix, RewrittenStatement statement, SandboxScope scope, IReadOnlyList<(string Name, string Text)> parameters,
        CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(
            prefix, statement, parameters, SandboxSettings.Looking(scope, options.Value), queryId: null, waitForEnd: true, cancellationToken);
        if (opened is SqlOutcome<SandboxRows>.Refused refused)
        {
            return refused.Refusal;
        }
        await using var rows = ((SqlOutcome<SandboxRows>.Done)opened).Value;
        var lines = new StringBuilder();
        await foreach (var row in rows.ReadAsync(cancellationToken))
        {
            lines.AppendJoin(' ', row.EnumerateArray().Select(cell => cell.ToString())).Append('\n');
        }
        return lines.ToString();
    }

    /// <summary>What a statement would read, by the primary keys of its tables.</summary>
    public async Task<SqlOutcome<long>> EstimateAsync(
        RewrittenStatement statement, SandboxScope scope, IReadOnlyList<(string Name, string Text)> parameters, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(
            "EXPLAIN ESTIMATE ", statement, parameters, SandboxSettings.Looking(scope, options.Value), null, true, cancellationToken);
        if (opened is SqlOutcome<SandboxRows>.Refused refused)
        {
            return refused.Refusal;
        }
        await using var rows = ((SqlOutcome<SandboxRows>.Done)opened).Value;
        var at = rows.Columns.ToList().IndexOf("rows");
        var total = 0L;
        await foreach (var row in rows.ReadAsync(cancellationToken))
        {
            total += row[at].GetInt64();
        }
        return total;
    }

    /// <summary>Runs a statement; the caller reads the rows.</summary>
    public async Task<SqlOutcome<SandboxRows>> RunAsync(
        RewrittenStatement statement, SandboxScope scope, IReadOnlyList<(string Name, string Text)> parameters, int limit, string queryId,
        bool waitForEnd, CancellationToken cancellationToken)
    {
        using var noted = StatementNotes.Add(("part", "sql"), ("project", scope.ProjectId.ToString(CultureInfo.InvariantCulture)));
        return await OpenAsync("", statement, parameters, SandboxSettings.Running(scope, options.Value, limit), queryId, waitForEnd, cancellationToken);
    }

    /// <summary>The names of all databases of the engine.</summary>
    public async Task<IReadOnlyCollection<string>> DatabasesAsync(CancellationToken cancellationToken) =>
        (await store.ListAsync("SELECT name FROM system.databases", row => row.GetString(0), cancellationToken: cancellationToken))
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Stops a statement, also one that runs on another node.</summary>
    public Task KillAsync(string queryId, CancellationToken cancellationToken) =>
        store.ExecuteAsync(
            store.Endpoint.Cluster is { } cluster
                ? $"KILL QUERY ON CLUSTER '{cluster.Replace("'", "\\'", StringComparison.Ordinal)}' WHERE query_id = {Literal(queryId)} ASYNC"
                : $"KILL QUERY WHERE query_id = {Literal(queryId)} ASYNC",
            cancellationToken: cancellationToken);

    /// <summary>How far a statement is; null when it does not run.</summary>
    public async Task<SqlProgress?> ProgressAsync(string queryId, CancellationToken cancellationToken) =>
        (await store.ListAsync(
            """
            SELECT toInt64(read_rows), toInt64(read_bytes), toInt64(total_rows_approx), elapsed FROM system.processes
            WHERE query_id = {id:String} OR startsWith(Settings['log_comment'], {id:String}) LIMIT 1
            """,
            row => new SqlProgress(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetDouble(3) * 1000),
            [("id", queryId)], cancellationToken: cancellationToken)).FirstOrDefault();

    async Task<SqlOutcome<SandboxRows>> OpenAsync(
        string prefix, RewrittenStatement statement, IReadOnlyList<(string Name, string Text)> parameters, Dictionary<string, string> settings,
        string? queryId, bool waitForEnd, CancellationToken cancellationToken)
    {
        settings["wait_end_of_query"] = waitForEnd ? "1" : "0";
        if (queryId is not null)
        {
            settings["query_id"] = queryId;
        }
        foreach (var (name, text) in parameters)
        {
            settings[$"param_{name}"] = text;
        }
        var response = await store.SendAsync(prefix + statement.Text, settings, cancellationToken);
        try
        {
            if (!response.IsSuccessStatusCode)
            {
                return await ReadRefusalAsync(response, statement, prefix, cancellationToken);
            }
            // A statement that brought its own FORMAT would be answered in it.
            if (!response.Headers.TryGetValues("X-ClickHouse-Format", out var formats) || formats.First() != Format)
            {
                return new SqlRefusal(SqlRefusalReason.NotAllowed, "FORMAT is not allowed: download the result as CSV or JSON.");
            }
            var rows = await SandboxRows.OpenAsync(response, cancellationToken);
            response = null;
            return rows;
        }
        catch (JsonException)
        {
            return new SqlRefusal(SqlRefusalReason.InvalidStatement, "The result could not be read.");
        }
        finally
        {
            response?.Dispose();
        }
    }

    async Task<SqlRefusal> ReadRefusalAsync(
        HttpResponseMessage response, RewrittenStatement statement, string prefix, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.Headers.TryGetValues("X-ClickHouse-Exception-Code", out var codes)
            && int.TryParse(codes.First(), CultureInfo.InvariantCulture, out var code)
                ? EngineRefusal.Of(code, text, statement, prefix, options.Value)
            : response.StatusCode is HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge
                ? new SqlRefusal(SqlRefusalReason.InvalidVariable, "The values of the variables are too long together.")
            : throw new ClickHouseUnavailableException($"{(int)response.StatusCode}: {text[..Math.Min(text.Length, 500)]}");
    }

    static string Literal(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
