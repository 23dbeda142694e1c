namespace Prickle.ClickHouse;

/// <summary>
/// The path of one property within a JSON column. A path cannot be a parameter, so this is the one place where a name
/// from outside becomes part of a statement.
/// </summary>
public static class PropertyPath
{
    /// <summary>The value of any type; NULL when it is missing.</summary>
    /// <param name="key">The property's name, anything.</param>
    /// <param name="column">The JSON column, with its table's alias where needed; never from outside.</param>
    public static string Of(string key, string column = "properties") => $"{column}.{Quote(key)}";

    /// <summary>The object that a key holds, as JSON: such a key has no value of its own.</summary>
    /// <inheritdoc cref="Of"/>
    public static string ObjectOf(string key, string column = "properties") => $"{column}.^{Quote(key)}";

    // A dot in a key is stored as %2E, else it would be a path of two. Within back-ticks only they themselves and the
    // backslash mean anything.
    static string Quote(string key) =>
        '`' + key.Replace(".", "%2E", StringComparison.Ordinal)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("`", "``", StringComparison.Ordinal) + '`';
}
