using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Prickle.ClickHouse;

/// <summary>
/// What the server's own log (<c>log_comment</c> in <c>system.query_log</c> and <c>system.processes</c>) says about statements: what
/// asks them, and for whom. Notes are made around the code that asks, and go along into whatever it awaits or starts; every
/// statement of <see cref="ClickHouseStore"/> carries those that hold where it is sent.
/// </summary>
public static partial class StatementNotes
{
    const string Mark = "prickle";

    static readonly AsyncLocal<ImmutableSortedDictionary<string, string>?> _notes = new();

    /// <summary>The notes that hold here as they stand in the log: <c>prickle part=insight project=7</c>; null where there are none.</summary>
    public static string? Text => _notes.Value is { Count: > 0 } notes ? $"{Mark} {string.Join(' ', notes.Select(note => $"{note.Key}={note.Value}"))}" : null;

    /// <summary>Makes notes that hold until what is given back is disposed. One of the same name before is hidden meanwhile; an empty value is no note.</summary>
    /// <param name="notes">Names and values of letters, digits, <c>_</c> and <c>-</c>, at most 64 each: never words of people.</param>
    /// <exception cref="ArgumentException">A name or value holds something else.</exception>
    public static IDisposable Add(params IEnumerable<(string Name, string Value)> notes)
    {
        var before = _notes.Value;
        var after = before ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in notes)
        {
            if (!Word.IsMatch(name) || (value.Length > 0 && !Word.IsMatch(value)))
            {
                throw new ArgumentException($"'{name}={value}' is no note.", nameof(notes));
            }
            after = value.Length > 0 ? after.SetItem(name, value) : after.Remove(name);
        }
        _notes.Value = after;
        return new Restored(before);
    }

    /// <summary>The notes of a text out of the log, by name; none where others wrote it.</summary>
    /// <param name="text">A <c>log_comment</c>.</param>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        var words = text.Split(' ');
        return words[0] == Mark
            ? words.Skip(1).Select(word => word.Split('=')).Where(pair => pair.Length == 2 && Word.IsMatch(pair[0]) && Word.IsMatch(pair[1])).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1])
            : new Dictionary<string, string>();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    static partial Regex Word { get; }

    sealed class Restored(ImmutableSortedDictionary<string, string>? before) : IDisposable
    {
        public void Dispose() => _notes.Value = before;
    }
}
