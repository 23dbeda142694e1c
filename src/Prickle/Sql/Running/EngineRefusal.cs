using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Prickle.Sql.Statements;

namespace Prickle.Sql.Running;

/// <summary>ClickHouse's error as a short sentence with a place in what was typed.</summary>
static partial class EngineRefusal
{
    const int LongestDetail = 400;

    public static SqlRefusal Of(int code, string error, RewrittenStatement statement, string prefix, SqlOptions options)
    {
        var reason = ReasonOf(code);
        var detail = reason switch
        {
            SqlRefusalReason.TimedOut => $"The statement took longer than {options.TimeoutSeconds} seconds and was stopped. Narrow the time range or read fewer columns.",
            SqlRefusalReason.ReadsTooMuch => $"The statement would read more than {options.MaximumRowsToRead:n0} rows or {options.MaximumBytesToRead >> 30:n0} GB. Narrow the time range.",
            SqlRefusalReason.ResultTooLarge => $"The result is larger than {options.MaximumResultBytes >> 20:n0} MB. Select fewer columns or fewer rows.",
            SqlRefusalReason.OutOfMemory => $"The statement needed more than {options.MaximumMemoryBytes >> 20:n0} MB of memory and was stopped. Group by fewer values or narrow the time range.",
            SqlRefusalReason.Cancelled => "The statement was cancelled.",
            SqlRefusalReason.Busy => "ClickHouse runs as many statements as it may. Try again in a moment.",
            SqlRefusalReason.NotAllowed => $"Not allowed: {Sentence(error)}",
            _ => Sentence(error),
        };
        var (line, column, length) = Place(error, statement, prefix);
        return new SqlRefusal(reason, detail, line, column, length);
    }

    static SqlRefusalReason ReasonOf(int code) => code switch
    {
        159 or 160 or 209 => SqlRefusalReason.TimedOut,
        158 or 307 => SqlRefusalReason.ReadsTooMuch,
        396 => SqlRefusalReason.ResultTooLarge,
        241 or 173 => SqlRefusalReason.OutOfMemory,
        394 or 734 => SqlRefusalReason.Cancelled,
        202 or 203 or 216 => SqlRefusalReason.Busy,
        164 or 358 or 446 or 497 => SqlRefusalReason.NotAllowed,
        _ => SqlRefusalReason.InvalidStatement,
    };

    static string Sentence(string error)
    {
        var text = Frame.Match(error) is { Success: true } match ? match.Groups[1].Value : error;
        text = Echo.Replace(text.Trim(), "");
        text = Hint.Replace(text, "");
        text = SyntaxTail.Replace(text, "").Trim().TrimEnd(':', '.', ' ');
        text = text.Replace(" in scope", "", StringComparison.Ordinal);
        return (text.Length > LongestDetail ? text[..LongestDetail] + "…" : text) + ".";
    }

    static (int? Line, int? Column, int? Length) Place(string error, RewrittenStatement statement, string prefix)
    {
        if (Position.Match(error) is { Success: true } match
            && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var at))
        {
            var typed = statement.TypedAt(at - 1 - Encoding.UTF8.GetByteCount(prefix));
            var token = SqlLexer.ReadCode(statement.Typed).Find(token => token.Start <= typed && typed < token.End);
            return Placed(statement, typed, Math.Max(1, token.End - typed));
        }
        return Named.Match(error) is { Success: true } named && statement.Find(named.Groups[1].Value) is { } found
            ? Placed(statement, found.Start, found.End - found.Start)
            : (null, null, null);
    }

    static (int?, int?, int?) Placed(RewrittenStatement statement, int at, int length)
    {
        var (line, column) = statement.Position(at);
        return (line, column, length);
    }

    [GeneratedRegex(@"^Code: \d+\. (?:DB::Exception: )?(.*?)(?:\. \([A-Z0-9_]+\))?(?: \(version [^)]*\))?\s*$", RegexOptions.Singleline)]
    static partial Regex Frame { get; }

    // Where it repeats the whole statement, or says in which part of the engine it happened.
    [GeneratedRegex(@"(:? In scope .*|,? in scope .*|\. In query .*|: While executing .*|: while executing .*|: In query .*)$", RegexOptions.Singleline)]
    static partial Regex Echo { get; }

    // It may name what belongs to others.
    [GeneratedRegex(@"\.? Maybe you meant.*$", RegexOptions.Singleline)]
    static partial Regex Hint { get; }

    [GeneratedRegex(@" \(line \d+, col \d+\)|: failed at position \d+|(?<=\)|\()(: [^\n]*)?\.? Expected one of: .*$| Expected one of: .*$", RegexOptions.Singleline)]
    static partial Regex SyntaxTail { get; }

    [GeneratedRegex(@"failed at position (\d+)")]
    static partial Regex Position { get; }

    [GeneratedRegex(@"(?:identifiers? |column |Column |Function with name |function |Table )[`']([^`']+)[`']")]
    static partial Regex Named { get; }
}
