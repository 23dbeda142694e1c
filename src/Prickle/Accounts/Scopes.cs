using System.Diagnostics.CodeAnalysis;

namespace Prickle.Accounts;

/// <summary>What a personal API key may do at most: <c>event:read</c>, <c>person:write</c>, <c>*:read</c>, or <c>*</c>.</summary>
public sealed class Scopes
{
    readonly Level[] _levels = new Level[Enum.GetValues<Resource>().Length];

    Scopes()
    {
    }

    /// <summary>Every resource at every level.</summary>
    public const string Everything = "*";

    /// <summary>Reads a list of scopes; <paramref name="unknown"/> names the first that says nothing known.</summary>
    public static bool TryParse(
        IEnumerable<string> texts, [NotNullWhen(true)] out Scopes? scopes, [NotNullWhen(false)] out string? unknown)
    {
        var parsed = new Scopes();
        scopes = null;
        unknown = texts.FirstOrDefault(text => !parsed.TryAdd(text));
        if (unknown is not null)
        {
            return false;
        }
        scopes = parsed;
        return true;
    }

    /// <summary>How far these scopes reach.</summary>
    public Level LevelOf(Resource resource) => _levels[(int)resource];

    /// <summary>Whether nothing in <paramref name="other"/> goes beyond these scopes.</summary>
    public bool Cover(Scopes other) => _levels.Zip(other._levels).All(pair => pair.First >= pair.Second);

    bool TryAdd(string text)
    {
        if (text == Everything)
        {
            Array.Fill(_levels, Level.Write);
            return true;
        }
        Level level;
        switch (text.Split(':'))
        {
            case [_, "read"]: level = Level.Read; break;
            case [_, "write"]: level = Level.Write; break;
            default: return false;
        }
        var name = text[..text.IndexOf(':')];
        if (name == "*")
        {
            foreach (ref var existing in _levels.AsSpan())
            {
                existing = existing > level ? existing : level;
            }
            return true;
        }
        if (!ResourceNames.TryParse(name, out var resource))
        {
            return false;
        }
        ref var current = ref _levels[(int)resource];
        current = current > level ? current : level;
        return true;
    }
}
