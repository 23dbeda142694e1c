using Prickle.ClickHouse;

namespace Prickle.Filters.Sql;

/// <summary>Where a condition finds the texts of a property in a row.</summary>
abstract record ValueSource
{
    /// <summary>Whether one of the texts satisfies what the function says of an expression; 0 or 1.</summary>
    public abstract string Any(Func<string, string> test);

    /// <summary>Whether there is a value of any kind.</summary>
    public abstract string IsSet { get; }

    /// <summary>Whether there is a text.</summary>
    public string HasText => Any(text => $"{text} IS NOT NULL");
}

/// <summary>A property in the JSON column: the text of a text, number or boolean, or those of a list of such.</summary>
sealed record PropertySource(string Key) : ValueSource
{
    string Path => PropertyPath.Of(Key);

    // toString of a missing value would be the empty text.
    string Text => $"CAST({Path}, 'Nullable(String)')";

    // Of a list, what is a list or an object itself has no text, as it has none when it stands alone.
    string Members =>
        "arrayMap(raw -> if(startsWith(raw, '\"'), JSONExtractString(raw), raw), "
        + "arrayFilter(raw -> NOT (startsWith(raw, '[') OR startsWith(raw, '{') OR raw = 'null'), "
        + $"JSONExtractArrayRaw(ifNull(toJSONString({Path}), '[]'))))";

    public override string Any(Func<string, string> test) =>
        $"ifNull(if(startsWith(dynamicType({Path}), 'Array'), "
        + $"arrayExists(member -> ifNull({test("member")}, 0), {Members}), {test(Text)}), 0)";

    public override string IsSet => $"({Path} IS NOT NULL OR toString({PropertyPath.ObjectOf(Key)}) != '{{}}')";
}

/// <summary>A text that is NULL where there is none.</summary>
sealed record TextSource(string Expression) : ValueSource
{
    public override string Any(Func<string, string> test) => $"ifNull({test(Expression)}, 0)";

    public override string IsSet => $"isNotNull({Expression})";
}

/// <summary>A list of texts.</summary>
sealed record ListSource(string Expression) : ValueSource
{
    public override string Any(Func<string, string> test) => $"arrayExists(member -> ifNull({test("member")}, 0), {Expression})";

    public override string IsSet => $"notEmpty({Expression})";
}
