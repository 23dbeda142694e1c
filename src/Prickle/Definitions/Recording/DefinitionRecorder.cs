using System.Data.Common;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Capture;
using Prickle.Definitions.Storage;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Definitions.Recording;

/// <summary>
/// Notes the names that come by. A known name costs a look into memory; news are stored after the batch, and when the store
/// is away they wait for the next one: capture never waits for them.
/// </summary>
sealed partial class DefinitionRecorder(IDbContextFactory<PrickleDatabase> databases, ILogger<DefinitionRecorder> logger) : IStoredEventListener
{
    const int LongestName = 200;
    const int MostPairsOfAnEvent = 1000;

    static readonly HashSet<string> NotProperties = ["$set", "$set_once", "$unset", "$group_set", "$elements", "$elements_chain", "$ip"];

    readonly Dictionary<int, SeenProject> _projects = [];
    readonly HashSet<(int ProjectId, Seen Seen)> _news = [];

    // A name may be known a moment before the first event with it can be queried: nothing is left to do after that.
    public async ValueTask<AfterStored?> ReadAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var project in events.GroupBy(captured => captured.ProjectId))
            {
                var seen = await SeenOfAsync(project.Key, cancellationToken);
                foreach (var captured in project)
                {
                    Note(seen, captured);
                }
            }
            await StoreAsync(cancellationToken);
        }
        catch (DbException failure)
        {
            LogNotStored(failure);
        }
        catch (DbUpdateException failure)
        {
            // Another node was faster with the same name: what is stored is read again.
            LogNotStored(failure);
            _projects.Clear();
            _news.Clear();
        }
        return null;
    }

    async Task<SeenProject> SeenOfAsync(int projectId, CancellationToken cancellationToken)
    {
        if (_projects.TryGetValue(projectId, out var known))
        {
            return known;
        }
        var seen = new SeenProject();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var row in await database.Set<EventDefinitionRow>().AsNoTracking().Where(row => row.ProjectId == projectId).ToListAsync(cancellationToken))
        {
            seen.Events[row.Name] = new SeenEvent { Id = row.Id, Name = row.Name, LastAt = Times.Moment(row.LastSeenAt), StoredLastAt = Times.Moment(row.LastSeenAt) };
        }
        foreach (var row in await database.Set<PropertyDefinitionRow>().AsNoTracking().Where(row => row.ProjectId == projectId).ToListAsync(cancellationToken))
        {
            seen.Of(row.Scope, row.GroupTypeIndex)[row.Name] = new SeenProperty
            {
                Id = row.Id,
                Name = row.Name,
                Scope = row.Scope,
                Group = row.GroupTypeIndex,
                Type = row.Type,
                IsTypeChosen = row.IsTypeChosen,
                LastAt = Times.Moment(row.LastSeenAt),
                StoredLastAt = Times.Moment(row.LastSeenAt),
            };
        }
        foreach (var row in await database.Set<EventPropertyRow>().AsNoTracking().Where(row => row.ProjectId == projectId).ToListAsync(cancellationToken))
        {
            seen.Events.GetValueOrDefault(row.Event)?.Properties.Add(row.Property);
        }
        return _projects[projectId] = seen;
    }

    void Note(SeenProject seen, CapturedEvent captured)
    {
        if (!seen.Events.TryGetValue(captured.Name, out var known))
        {
            if (seen.Events.Count >= SeenProject.MostNames)
            {
                return;
            }
            seen.Events.Add(captured.Name, known = new SeenEvent { Name = captured.Name });
        }
        Add(captured, known, known.Note(captured.Timestamp));
        NoteAll(seen, captured, captured.Properties, PropertyScope.Event, -1, known);
        if (!captured.HasProfile)
        {
            return;
        }
        foreach (var values in (ReadOnlySpan<JsonElement>)[captured.Set, captured.SetOnce, Update(captured, "$set"u8), Update(captured, "$set_once"u8)])
        {
            NoteAll(seen, captured, values, PropertyScope.Person, -1);
        }
        if (captured.Name == "$groupidentify" && captured.Groups is { } groups)
        {
            // Such an event names the one group whose properties it sets.
            var index = Array.FindIndex(groups, key => key is not null && key == captured.Text("$group_key"u8));
            if (index >= 0)
            {
                NoteAll(seen, captured, Inner(captured, "$group_set"u8), PropertyScope.Group, index);
            }
        }
    }

    static JsonElement Update(CapturedEvent captured, ReadOnlySpan<byte> name) =>
        captured.May(SpecialProperties.Update) ? Inner(captured, name) : default;

    static JsonElement Inner(CapturedEvent captured, ReadOnlySpan<byte> name) =>
        captured.Properties.ValueKind == JsonValueKind.Object && captured.Properties.TryGetProperty(name, out var value) ? value : default;

    void NoteAll(SeenProject seen, CapturedEvent captured, JsonElement values, PropertyScope scope, int group, SeenEvent? with = null)
    {
        if (values.ValueKind != JsonValueKind.Object)
        {
            return;
        }
        var names = seen.Of(scope, group);
        foreach (var value in values.EnumerateObject())
        {
            if (!TryFind(names, value, out var property))
            {
                var name = value.Name;
                if (name.Length is 0 or > LongestName || names.Count >= SeenProject.MostNames || (scope == PropertyScope.Event && NotProperties.Contains(name)))
                {
                    continue;
                }
                names.Add(name, property = new SeenProperty { Name = name, Scope = scope, Group = group });
            }
            Note(captured, property!, value.Value);
            if (with is not null)
            {
                Pair(captured, with, property!);
                NotePerson(seen, captured, property!, value.Value);
            }
        }
    }

    // Without making a string of the name: nearly always it is known.
    static bool TryFind(Dictionary<string, SeenProperty> names, JsonProperty value, out SeenProperty? property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(value);
        if (raw.Length > LongestName || raw.Contains((byte)'\\'))
        {
            return names.TryGetValue(value.Name, out property);
        }
        Span<char> letters = stackalloc char[LongestName];
        var length = Encoding.UTF8.GetChars(raw, letters);
        return names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters[..length], out property);
    }

    void Note(CapturedEvent captured, SeenProperty property, JsonElement value)
    {
        var isNew = property.Note(captured.Timestamp);
        if (!property.IsTypeChosen && property.Type != PropertyType.String
            && TypeGuess.Together(property.Type, TypeGuess.Of(property.Hint, value)) is var type && type != property.Type)
        {
            property.Type = type;
            isNew |= !property.IsNews;
            property.IsNews = true;
        }
        Add(captured, property, isNew);
    }

    // What persons get from events by themselves has the type that it has there.
    void NotePerson(SeenProject seen, CapturedEvent captured, SeenProperty property, JsonElement value)
    {
        if (captured.HasProfile)
        {
            foreach (var ofPerson in property.OfPersons ??= OfPersons(seen, property))
            {
                Note(captured, ofPerson, value);
            }
        }
    }

    static SeenProperty[] OfPersons(SeenProject seen, SeenProperty property)
    {
        if (AutomaticPersonProperties.InitialNameOf(property.Name) is not { } initial)
        {
            return [];
        }
        var names = seen.Of(PropertyScope.Person, -1);
        return [.. new[] { property.Name, initial }.Select(Find)];

        SeenProperty Find(string name)
        {
            if (!names.TryGetValue(name, out var ofPerson))
            {
                names.Add(name, ofPerson = new SeenProperty { Name = name, Scope = PropertyScope.Person, Group = -1 });
            }
            return ofPerson;
        }
    }

    void Pair(CapturedEvent captured, SeenEvent known, SeenProperty property)
    {
        if (known.Met.Contains(property) || known.Properties.Count >= MostPairsOfAnEvent)
        {
            return;
        }
        known.Met.Add(property);
        if (known.Properties.Add(property.Name))
        {
            known.NewProperties.Add(property.Name);
            Add(captured, known, !known.IsNews);
            known.IsNews = true;
        }
    }

    void Add(CapturedEvent captured, Seen seen, bool isNew)
    {
        if (isNew)
        {
            _news.Add((captured.ProjectId, seen));
        }
    }

    async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (_news.Count == 0)
        {
            return;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var stored = await StoredRowsAsync(database, cancellationToken);
        foreach (var (projectId, seen) in _news)
        {
            Write(database, projectId, seen, stored);
        }
        await database.SaveChangesAsync(cancellationToken);
        foreach (var (_, seen) in _news)
        {
            (seen.IsNews, seen.StoredLastAt) = (false, seen.LastAt);
            (seen as SeenEvent)?.NewProperties.Clear();
        }
        _news.Clear();
    }

    async Task<Dictionary<Guid, DefinitionRow>> StoredRowsAsync(PrickleDatabase database, CancellationToken cancellationToken)
    {
        var ids = _news.Select(news => news.Seen.Id).OfType<Guid>().ToList();
        Dictionary<Guid, DefinitionRow> rows = [];
        foreach (var some in ids.Chunk(500))
        {
            foreach (var row in await database.Set<EventDefinitionRow>().Where(row => some.Contains(row.Id)).ToListAsync(cancellationToken))
            {
                rows.Add(row.Id, row);
            }
            foreach (var row in await database.Set<PropertyDefinitionRow>().Where(row => some.Contains(row.Id)).ToListAsync(cancellationToken))
            {
                rows.Add(row.Id, row);
            }
        }
        return rows;
    }

    static void Write(PrickleDatabase database, int projectId, Seen seen, Dictionary<Guid, DefinitionRow> stored)
    {
        var row = seen.Id is { } id ? stored.GetValueOrDefault(id) : null;
        if (row is null)
        {
            row = seen is SeenProperty added
                ? new PropertyDefinitionRow { Name = added.Name, Scope = added.Scope, GroupTypeIndex = added.Group }
                : new EventDefinitionRow { Name = ((SeenEvent)seen).Name };
            seen.Id = row.Id = Guid.CreateVersion7();
            row.ProjectId = projectId;
            row.FirstSeenAt = Times.Microseconds(seen.FirstAt);
            database.Add(row);
        }
        row.LastSeenAt = Math.Max(row.LastSeenAt, Times.Microseconds(seen.LastAt));
        if (row is PropertyDefinitionRow property && seen is SeenProperty { IsTypeChosen: false } of && !property.IsTypeChosen)
        {
            property.Type = of.Type;
        }
        if (seen is SeenEvent known)
        {
            database.AddRange(known.NewProperties.Select(name => new EventPropertyRow { ProjectId = projectId, Event = known.Name, Property = name }));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "New names were not stored yet; they are with the next events.")]
    partial void LogNotStored(Exception failure);
}
