using System.Collections.Frozen;

namespace Prickle.Persons.Identity;

/// <summary>
/// Ids that programs send by mistake and many people would share. Merging on one of them would make all of those people
/// one person, so it is refused; ordinary events with them are taken.
/// </summary>
static class IllegalIds
{
    static readonly FrozenSet<string> InAnyCase = new[]
    {
        "anonymous", "guest", "distinctid", "distinct_id", "id", "not_authenticated", "email", "undefined", "true", "false",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenSet<string> Exactly =
        new[] { "[object Object]", "NaN", "None", "none", "null", "0" }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string id)
    {
        var bare = Unquote(id.Trim());
        return string.IsNullOrWhiteSpace(bare) || InAnyCase.Contains(bare) || Exactly.Contains(bare);
    }

    static string Unquote(string id) =>
        id is ['"', .., '"'] or ['\'', .., '\''] ? id[1..^1].Trim() : id;
}
