using System.Text.Json;
using Prickle.Filters.Matching;
using Prickle.Filters.Meaning;

namespace Prickle.Filters;

/// <summary>
/// A condition on a property, made ready to be asked of many values: numbers, dates, versions and expressions are read once.
/// It answers as <see cref="FilterMatcher"/> does, and so as <see cref="FilterSql"/> does on stored rows.
/// </summary>
public sealed class PreparedFilter
{
    readonly PropertyFilter _filter;
    readonly TimeZoneInfo _zone;
    readonly FilterMeaning? _meaning;
    readonly string[] _words = [];

    PreparedFilter(PropertyFilter filter, TimeZoneInfo zone)
    {
        (_filter, _zone) = (filter, zone);
        // What "-7d" means moves on with the clock: it is read anew each time.
        var isRelative = filter.Operator.StartsWith("is_date", StringComparison.Ordinal) && filter.Values is [var text, ..] && FilterValues.IsAgo(text);
        _meaning = isRelative ? null : FilterMeaning.Of(filter, DateTimeOffset.UnixEpoch, zone);
        if (_meaning?.Test is WordTest { Comparison: not TextComparison.EqualsCleanedPath } words)
        {
            _words = [.. words.Values.Select(LowerCase.Of)];
        }
    }

    /// <summary>Refuse with <see cref="FilterCheck"/> before what a person sent. Types that look elsewhere than at a property are not for this.</summary>
    public static PreparedFilter Of(PropertyFilter filter, TimeZoneInfo zone) => new(filter, zone);

    /// <summary>The answer where there is nothing to look at.</summary>
    public bool FitsMissing(DateTimeOffset now) => Meaning(now) is { Test: null } asks ? asks.IsNegated : Meaning(now).FitsMissing;

    /// <summary>Whether the value fits; an undefined one is a missing property.</summary>
    public bool Fits(JsonElement value, DateTimeOffset now)
    {
        var meaning = Meaning(now);
        if (meaning.Test is not { } test)
        {
            return Texts.IsSet(value) != meaning.IsNegated;
        }
        var (any, found) = value.ValueKind switch
        {
            JsonValueKind.String => (true, Fits(test, value.GetString()!)),
            JsonValueKind.True => (true, Fits(test, "true")),
            JsonValueKind.False => (true, Fits(test, "false")),
            _ => FitsAny(test, value),
        };
        return found != meaning.IsNegated || (meaning.FitsWithoutText && !any);
    }

    FilterMeaning Meaning(DateTimeOffset now) => _meaning ?? FilterMeaning.Of(_filter, now, _zone);

    (bool Any, bool Found) FitsAny(TextTest test, JsonElement value)
    {
        var any = false;
        foreach (var text in Texts.Of(value))
        {
            any = true;
            if (Fits(test, text))
            {
                return (true, true);
            }
        }
        return (any, false);
    }

    bool Fits(TextTest test, string text)
    {
        if (_words.Length == 0)
        {
            return TextTests.Fits(test, text);
        }
        var lower = LowerCase.Of(text);
        foreach (var word in _words)
        {
            if (((WordTest)test).Comparison switch
            {
                TextComparison.Contains => lower.Contains(word, StringComparison.Ordinal),
                TextComparison.StartsWith => lower.StartsWith(word, StringComparison.Ordinal),
                TextComparison.EndsWith => lower.EndsWith(word, StringComparison.Ordinal),
                _ => lower == word,
            })
            {
                return true;
            }
        }
        return false;
    }
}
