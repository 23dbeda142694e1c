using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Groups.Storage;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Groups;

/// <summary>
/// Gives every kind of group its place in events (five at most in a project), and keeps the groups. Groups are few and
/// change seldom next to events: what is known is remembered, and only news touches the store.
/// </summary>
public sealed class GroupResolver(IDbContextFactory<PrickleDatabase> databases, ClickHouseStore store, TimeProvider time)
{
    /// <summary>The most kinds of groups a project has.</summary>
    public const int MaxTypes = 5;

    const int MostRemembered = 50_000;

    readonly Dictionary<int, Dictionary<string, int>> _types = [];
    readonly HashSet<(int ProjectId, int Type, string Key)> _known = [];
    volatile bool _isBehind = true;

    /// <summary>
    /// The index of each kind of group, making those that are new. A kind beyond the fifth has none.
    /// One caller at a time: the pipeline.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, int>> TypesAsync(
        int projectId, IReadOnlySet<string> names, CancellationToken cancellationToken)
    {
        if (_types.TryGetValue(projectId, out var known) && (names.All(known.ContainsKey) || known.Count == MaxTypes))
        {
            return known;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        known = await database.Set<GroupTypeRow>().Where(row => row.ProjectId == projectId)
            .ToDictionaryAsync(row => row.Name, row => row.TypeIndex, cancellationToken);
        foreach (var name in names.Where(name => !known.ContainsKey(name)).Take(MaxTypes - known.Count))
        {
            database.Add(new GroupTypeRow { ProjectId = projectId, TypeIndex = known.Count, Name = name });
            known.Add(name, known.Count);
        }

        await database.SaveChangesAsync(cancellationToken);
        return _types[projectId] = known;
    }

    /// <summary>Stores what the signals say, in order. Signals of kinds without an index are passed over.</summary>
    public async Task ResolveAsync(IReadOnlyList<GroupSignal> signals, CancellationToken cancellationToken)
    {
        var news = signals
            .Select(signal => (Signal: signal, Type: _types.GetValueOrDefault(signal.ProjectId)?.GetValueOrDefault(signal.Type, -1) ?? -1))
            .Where(item => item.Type >= 0
                && (item.Signal.Set.ValueKind == JsonValueKind.Object || !_known.Contains((item.Signal.ProjectId, item.Type, item.Signal.Key))))
            .ToList();
        if (news.Count == 0 && !_isBehind)
        {
            return;
        }

        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var group in news.GroupBy(item => (item.Signal.ProjectId, item.Type, item.Signal.Key)))
        {
            await ApplyAsync(database, group.Key, group.Select(item => item.Signal), cancellationToken);
        }

        _isBehind |= database.ChangeTracker.HasChanges();
        await database.SaveChangesAsync(cancellationToken);
        await MirrorAsync(database, cancellationToken);
        if (_known.Count > MostRemembered)
        {
            _known.Clear();
        }

        _known.UnionWith(news.Select(item => (item.Signal.ProjectId, item.Type, item.Signal.Key)));
    }

    /// <summary>Copies the groups that are marked as not copied, which may be all of them.</summary>
    internal async Task CopyAnewAsync(CancellationToken cancellationToken)
    {
        _isBehind = true;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await MirrorAsync(database, cancellationToken);
    }

    async Task ApplyAsync(
        PrickleDatabase database, (int ProjectId, int Type, string Key) id, IEnumerable<GroupSignal> signals,
        CancellationToken cancellationToken)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;
        var row = await database.Set<GroupRow>().FindAsync([id.ProjectId, id.Type, id.Key], cancellationToken);
        var properties = row is null ? new PropertyMap() : PropertyMap.Parse(row.Properties);
        var changed = false;
        var first = DateTimeOffset.MaxValue;
        foreach (var signal in signals)
        {
            first = signal.At < first ? signal.At : first;
            if (signal.Set.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in signal.Set.EnumerateObject())
                {
                    changed |= properties.Set(System.Text.Encoding.UTF8.GetBytes(property.Name), property.Value);
                }
            }
        }

        if (row is null)
        {
            database.Add(new GroupRow
            {
                ProjectId = id.ProjectId,
                TypeIndex = id.Type,
                Key = id.Key,
                Properties = properties.ToJson(),
                Name = NameOf(properties, id.Key),
                CreatedAt = (first - DateTimeOffset.UnixEpoch).Ticks / 10,
                Version = now,
            });
        }
        else if (changed)
        {
            row.Properties = properties.ToJson();
            row.Name = NameOf(properties, id.Key);
            row.Version = Math.Max(now, row.Version + 1);
        }
    }

    static string NameOf(PropertyMap properties, string key) =>
        properties.TryGet("name"u8, out var name) && JsonElement.Parse(name) is { ValueKind: JsonValueKind.String } given && given.GetString() is { Length: > 0 } text
            ? text : key;

    async Task MirrorAsync(PrickleDatabase database, CancellationToken cancellationToken)
    {
        if (!_isBehind)
        {
            return;
        }

        var behind = await database.Set<GroupRow>().Where(row => row.MirroredVersion < row.Version).ToListAsync(cancellationToken);
        using var rows = new JsonRows();
        foreach (var row in behind)
        {
            rows.Begin();
            rows.Writer.WriteNumber("project_id"u8, row.ProjectId);
            rows.Writer.WriteNumber("type_index"u8, row.TypeIndex);
            rows.Writer.WriteString("key"u8, row.Key);
            rows.Writer.WritePropertyName("properties"u8);
            rows.Writer.WriteRawValue(row.Properties, skipInputValidation: true);
            rows.Writer.WriteString("created_at"u8, DateTimeOffset.UnixEpoch.AddTicks(row.CreatedAt * 10).UtcDateTime
                .ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture));
            rows.Writer.WriteNumber("version"u8, row.Version);
            rows.End();
            row.MirroredVersion = row.Version;
        }

        await store.InsertRowsAsync(
            "groups (project_id, type_index, key, properties, created_at, version)", rows, JsonColumn.InsertSettings, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        _isBehind = false;
    }
}
