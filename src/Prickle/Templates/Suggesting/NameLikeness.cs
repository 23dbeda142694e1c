using System.Text.RegularExpressions;

namespace Prickle.Templates.Suggesting;

/// <summary>How alike two names are in their words, whatever their spelling: "signed_up", "Sign Up" and "userSignup" are.</summary>
static partial class NameLikeness
{
    /// <summary>From 0 for nothing in common to 1 for the same words.</summary>
    public static double Of(string one, string other)
    {
        var (left, right) = (Words(one), Words(other));
        if (left.Count == 0 || right.Count == 0)
        {
            return 0;
        }
        if (string.Concat(left) == string.Concat(right))
        {
            return 1;
        }
        var common = left.Count(word => right.Any(candidate => AreAlike(word, candidate)));
        return 2.0 * common / (left.Count + right.Count);
    }

    static bool AreAlike(string one, string other) =>
        one == other || (Math.Min(one.Length, other.Length) >= 5 && (one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal)));

    static List<string> Words(string name) =>
        [.. Word.Matches(name).Select(match => Stem(match.Value.ToLowerInvariant())).Where(word => word.Length > 0 && word is not ("user" or "event" or "the" or "a"))];

    // Names say what happened in every form of the verb.
    static string Stem(string word) =>
        word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal) ? word[..^3]
        : word.Length > 4 && word.EndsWith("ed", StringComparison.Ordinal) ? word[..^2]
        : word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1]
        : word;

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")]
    static partial Regex Word { get; }
}
