namespace Prickle.Events.Filtering;

/// <summary>
/// How a property's value is read from the column <c>properties</c>. A path is an identifier and cannot be a parameter,
/// so this is the one place where a name from outside becomes part of a statement.
/// </summary>
static class PropertyPath
{
    /// <summary>The value of any type; NULL when it is missing.</summary>
    public static string Of(string key) => "properties." + Quote(key);

    /// <summary>The object that a key holds, as JSON: such a key has no value of its own.</summary>
    public static string ObjectOf(string key) => "properties.^" + Quote(key);

    // A dot in a key is stored as %2E, else it would be a path of two. Within back-ticks only they themselves and the
    // backslash mean anything.
    static string Quote(string key) =>
        '`' + key.Replace(".", "%2E", StringComparison.Ordinal)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("`", "``", StringComparison.Ordinal) + '`';
}
