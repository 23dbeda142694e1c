using System.Text.RegularExpressions;
using Prickle.Filters.Meaning;

namespace Prickle.Filters.Matching;

/// <summary>Asks a text what the store is asked in SQL.</summary>
static class TextTests
{
    public static bool Fits(TextTest test, string text) => test switch
    {
        WordTest words => Fits(words, text),
        RegexTest regex => Fits(regex, text),
        NumberTest number => Fits(number, text),
        MomentTest moment => Dates.Read(text, moment.Zone) is { } at && !(at < moment.From) && !(at > moment.To),
        VersionTest version => Version3.Read(text) is { } read && version.IsOutside
            != ((version.From is not { } from || read.CompareTo(from) >= 0) && (version.Before is not { } before || read.CompareTo(before) < 0)),
        _ => false,
    };

    static bool Fits(WordTest words, string text)
    {
        var lower = LowerCase.Of(words.Comparison == TextComparison.EqualsCleanedPath ? CleanedPath.Of(text) : text);
        return words.Values.Select(LowerCase.Of).Any(word => words.Comparison switch
        {
            TextComparison.Contains => lower.Contains(word, StringComparison.Ordinal),
            TextComparison.StartsWith => lower.StartsWith(word, StringComparison.Ordinal),
            TextComparison.EndsWith => lower.EndsWith(word, StringComparison.Ordinal),
            _ => lower == word,
        });
    }

    static bool Fits(RegexTest test, string text)
    {
        if (!RegexDialect.TryRead(test.Pattern, out var regex, out _))
        {
            return false;
        }
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // Only expressions that look at words' edges can take long; such a text counts as not fitting.
            return false;
        }
    }

    static bool Fits(NumberTest test, string text) =>
        FilterValues.Number(text) is { } number
        && (test.From is not { } from || (test.IncludesFrom ? number >= from : number > from))
        && (test.To is not { } to || (test.IncludesTo ? number <= to : number < to));
}
