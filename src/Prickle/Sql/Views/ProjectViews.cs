using System.Collections.Concurrent;
using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Sql.Running;
using Prickle.Storage;

namespace Prickle.Sql.Views;

/// <summary>
/// The database of each project, with views bound to it. Made when first needed and made anew when their text changes:
/// with the project's time zone, or with a version of the product.
/// </summary>
sealed class ProjectViews(ClickHouseStore store) : IProjectDeletionListener, IAnalyticalCopies, IDisposable
{
    public const string EventsWithPerson = "events_with_person";

    readonly ConcurrentDictionary<int, (Project Project, SandboxScope Scope)> _ready = new();
    readonly SemaphoreSlim _making = new(1, 1);

    /// <summary>Two installations may share a server: only the one with the usual database has the short names.</summary>
    public static string DatabaseOf(ClickHouseEndpoint endpoint, int projectId) => string.Create(
        CultureInfo.InvariantCulture, $"{(endpoint.Database == "prickle" ? "" : $"{endpoint.Database}_")}project_{projectId}");

    /// <summary>What the project's statements see; the views are there when this returns.</summary>
    public async ValueTask<SandboxScope> EnsureAsync(Project project, CancellationToken cancellationToken)
    {
        if (_ready.TryGetValue(project.Id, out var known) && known.Project.TimeZone == project.TimeZone)
        {
            return known.Scope;
        }
        await _making.WaitAsync(cancellationToken);
        try
        {
            var scope = await MakeAsync(project, cancellationToken);
            _ready[project.Id] = (project, scope);
            return scope;
        }
        finally
        {
            _making.Release();
        }
    }

    public async Task DeleteAsync(int projectId, CancellationToken cancellationToken)
    {
        _ready.TryRemove(projectId, out _);
        await store.ExecuteAsync($"DROP DATABASE IF EXISTS {DatabaseOf(store.Endpoint, projectId)} {OnCluster}", cancellationToken: cancellationToken);
    }

    public Task ForgetAsync(CancellationToken cancellationToken)
    {
        _ready.Clear();
        return Task.CompletedTask;
    }

    /// <summary>Each statement makes sure of its own project's views.</summary>
    public Task CopyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _making.Dispose();

    string OnCluster => store.Endpoint.Cluster is { } cluster
        ? $"ON CLUSTER '{cluster.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'"
        : "";

    async Task<SandboxScope> MakeAsync(Project project, CancellationToken cancellationToken)
    {
        var endpoint = store.Endpoint;
        var database = DatabaseOf(endpoint, project.Id);
        await store.ExecuteAsync($"CREATE DATABASE IF NOT EXISTS {database} {OnCluster}", cancellationToken: cancellationToken);
        var filtered = await store.ListAsync(
            "SELECT table FROM system.columns WHERE database = {database:String} AND name = 'project_id' ORDER BY table",
            row => row.GetString(0), [("database", endpoint.Database)], cancellationToken: cancellationToken);
        var existing = (await store.ListAsync(
            "SELECT name, comment FROM system.tables WHERE database = {database:String}",
            row => (Name: row.GetString(0), Mark: row.GetString(1)), [("database", database)], cancellationToken: cancellationToken))
            .ToDictionary(pair => pair.Name, pair => pair.Mark, StringComparer.Ordinal);
        foreach (var (name, select) in ViewTexts.Of(project, endpoint, filtered.Contains("cohort_members")))
        {
            var mark = ViewTexts.MarkOf(select);
            if (existing.GetValueOrDefault(name) != mark)
            {
                await store.ExecuteAsync(
                    $"CREATE OR REPLACE VIEW {database}.{name} {OnCluster} AS {select} COMMENT '{mark}'", cancellationToken: cancellationToken);
                existing[name] = mark;
            }
        }
        return new SandboxScope(
            project.Id, database, project.TimeZone, existing.Keys.ToHashSet(StringComparer.Ordinal),
            [.. filtered.Select(table => $"{endpoint.Database}.{table}")]);
    }
}
