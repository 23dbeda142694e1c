namespace Prickle.Definitions.Recording;

/// <summary>What is known of a project's names, so that a known one costs a look into memory.</summary>
sealed class SeenProject
{
    /// <summary>More names than these are not defined: a product that makes names of ids would fill the store.</summary>
    public const int MostNames = 10_000;

    public Dictionary<string, SeenEvent> Events { get; } = new(StringComparer.Ordinal);

    public Dictionary<(PropertyScope Scope, int Group), Dictionary<string, SeenProperty>> Properties { get; } = [];

    public Dictionary<string, SeenProperty> Of(PropertyScope scope, int group)
    {
        if (!Properties.TryGetValue((scope, group), out var names))
        {
            Properties.Add((scope, group), names = new(StringComparer.Ordinal));
        }
        return names;
    }
}

abstract class Seen
{
    /// <summary>Null while it is not stored.</summary>
    public Guid? Id { get; set; }
    public DateTimeOffset FirstAt { get; set; }
    public DateTimeOffset LastAt { get; set; }

    /// <summary>As stored.</summary>
    public DateTimeOffset StoredLastAt { get; set; }
    public bool IsNews { get; set; }

    /// <summary>The last time is kept to the hour: no more writes than that for what is seen all the time.</summary>
    public bool Note(DateTimeOffset at)
    {
        LastAt = at > LastAt ? at : LastAt;
        FirstAt = Id is null && (FirstAt == default || at < FirstAt) ? at : FirstAt;
        var isNews = Id is null || LastAt - StoredLastAt >= TimeSpan.FromHours(1);
        var wasNews = IsNews;
        IsNews |= isNews;
        return IsNews && !wasNews;
    }
}

sealed class SeenEvent : Seen
{
    public required string Name { get; init; }

    public HashSet<string> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of <see cref="Properties"/> that came by since the start: known without comparing names.</summary>
    public HashSet<SeenProperty> Met { get; } = [];

    /// <summary>Pairs that are not stored yet.</summary>
    public List<string> NewProperties { get; } = [];
}

sealed class SeenProperty : Seen
{
    NameHint? _hint;

    public required string Name { get; init; }
    public required PropertyScope Scope { get; init; }
    public required int Group { get; init; }
    public PropertyType? Type { get; set; }
    public bool IsTypeChosen { get; set; }

    public NameHint Hint => _hint ??= TypeGuess.HintOf(Name);

    /// <summary>What persons get from this property of events by themselves; null until it was looked up.</summary>
    public SeenProperty[]? OfPersons { get; set; }
}
