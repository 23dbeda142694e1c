using Prickle.ClickHouse;
using Prickle.Filters.Meaning;

namespace Prickle.Filters.Sql;

/// <summary>What a filter asks, said of a source of texts. The result is 0 or 1.</summary>
static class Condition
{
    const int Few = 20;

    public static string Of(PropertyFilter filter, ValueSource source, FilterScope scope)
    {
        var meaning = FilterMeaning.Of(filter, scope.Now, scope.Zone);
        var condition = meaning.Test switch
        {
            null => source.IsSet,
            NeverTest => "0",
            var test => source.Any(Of(test, scope.Sql)),
        };
        return meaning switch
        {
            { IsNegated: true } => $"NOT {condition}",
            { FitsWithoutText: true } => $"({condition} OR NOT {source.HasText})",
            _ => condition,
        };
    }

    static Func<string, string> Of(TextTest test, SqlBuilder sql) => test switch
    {
        WordTest { Values.Count: 0 } => _ => "0",
        WordTest words => Of(words, sql),
        RegexTest regex => Of(regex, sql),
        NumberTest number => Of(number, sql),
        MomentTest moment => Of(moment, sql),
        VersionTest version => Of(version, sql),
        _ => throw new ArgumentOutOfRangeException(nameof(test), test, "Not a test of texts."),
    };

    static Func<string, string> Of(WordTest words, SqlBuilder sql)
    {
        if (words.Comparison is TextComparison.Equals or TextComparison.EqualsCleanedPath)
        {
            var isOneOf = IsOneOf(words.Values, sql);
            return words.Comparison == TextComparison.Equals ? isOneOf : text => isOneOf(CleanedPath.Sql(text));
        }
        var parts = words.Values.Select(value => $"lowerUTF8({sql.Text(value)})").ToList();
        return text => "(" + string.Join(" OR ", parts.Select(part => words.Comparison switch
        {
            TextComparison.StartsWith => $"startsWith(lowerUTF8({text}), {part})",
            TextComparison.EndsWith => $"endsWith(lowerUTF8({text}), {part})",
            _ => $"position(lowerUTF8({text}), {part}) > 0",
        })) + ")";
    }

    // Looking through a list for every row takes longer than comparing with the few that there mostly are.
    static Func<string, string> IsOneOf(IReadOnlyList<string> values, SqlBuilder sql)
    {
        if (values.Count > Few)
        {
            var list = $"arrayMap(word -> lowerUTF8(word), {sql.Texts(values)})";
            return text => $"has({list}, lowerUTF8({text}))";
        }
        var words = values.Select(value => $"lowerUTF8({sql.Text(value)})").ToList();
        return words.Count == 1 ? text => $"lowerUTF8({text}) = {words[0]}" : text => $"lowerUTF8({text}) IN ({string.Join(", ", words)})";
    }

    static Func<string, string> Of(RegexTest regex, SqlBuilder sql)
    {
        var pattern = sql.Text(regex.Pattern);
        return text => $"match({text}, {pattern})";
    }

    static Func<string, string> Of(NumberTest number, SqlBuilder sql)
    {
        var from = number.From is { } low ? $" AND {{0}} {(number.IncludesFrom ? ">=" : ">")} {sql.Real(low)}" : "";
        var to = number.To is { } high ? $" AND {{0}} {(number.IncludesTo ? "<=" : "<")} {sql.Real(high)}" : "";
        return text => $"(isFinite(toFloat64OrNull({text})){(from + to).Replace("{0}", $"toFloat64OrNull({text})", StringComparison.Ordinal)})";
    }

    static Func<string, string> Of(MomentTest moment, SqlBuilder sql)
    {
        var from = moment.From is { } low ? sql.Number(low) : null;
        var to = moment.To is { } high ? sql.Number(high) : null;
        return text => (from, to) switch
        {
            (null, _) => $"{Dates.Sql(text, moment.Zone)} <= {to}",
            (_, null) => $"{Dates.Sql(text, moment.Zone)} >= {from}",
            _ => $"({Dates.Sql(text, moment.Zone)} BETWEEN {from} AND {to})",
        };
    }

    static Func<string, string> Of(VersionTest version, SqlBuilder sql)
    {
        var from = version.From is { } low ? sql.Value("Array(UInt64)", low.Numbers) : null;
        var before = version.Before is { } high ? sql.Value("Array(UInt64)", high.Numbers) : null;
        return text =>
        {
            var numbers = $"arrayMap(part -> toUInt64OrZero(part), extractGroups(ifNull({text}, ''), '{Version3.Pattern}'))";
            List<string> range = [];
            if (from is not null)
            {
                range.Add($"{numbers} >= {from}");
            }
            if (before is not null)
            {
                range.Add($"{numbers} < {before}");
            }
            var within = range.Count == 0 ? "1" : string.Join(" AND ", range);
            return $"(notEmpty({numbers}) AND {(version.IsOutside ? "NOT " : "")}({within}))";
        };
    }
}
