using System.Text;

namespace Prickle.Sql.Statements;

/// <summary>A statement as the engine gets it, and how its places lead back to what was typed.</summary>
sealed class RewrittenStatement(string typed, List<(int Start, int End, string Text)> edits)
{
    /// <summary>What was typed.</summary>
    public string Typed => typed;

    /// <summary>What runs.</summary>
    public string Text { get; } = Apply(typed, edits);

    public required IReadOnlyList<string> Variables { get; init; }

    /// <summary>The outermost SELECT says itself how many rows it wants.</summary>
    public required bool HasLimit { get; init; }

    /// <summary>Line and column, from 1, of a place in what was typed.</summary>
    public (int Line, int Column) Position(int at)
    {
        var before = typed.AsSpan(0, Math.Clamp(at, 0, typed.Length));
        return (before.Count('\n') + 1, before.Length - (before.LastIndexOf('\n') + 1) + 1);
    }

    /// <summary>The place in what was typed of a byte of what runs.</summary>
    public int TypedAt(int byteOffset)
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        var at = Encoding.UTF8.GetCharCount(bytes, 0, Math.Clamp(byteOffset, 0, bytes.Length));
        var shift = 0;
        foreach (var (start, end, text) in edits)
        {
            var newStart = start + shift;
            if (at < newStart)
            {
                break;
            }
            if (at < newStart + text.Length)
            {
                return start;
            }
            shift += text.Length - (end - start);
        }
        return at - shift;
    }

    /// <summary>Where a name stands in what was typed, outside of strings and comments.</summary>
    public SqlToken? Find(string name)
    {
        var wanted = name.Split('.')[^1];
        foreach (var candidate in (string[])[name.Split('.')[0], wanted])
        {
            var token = SqlLexer.ReadCode(typed).Find(found =>
                string.Equals(found.NameIn(typed), candidate, StringComparison.OrdinalIgnoreCase));
            if (token.End > 0)
            {
                return token;
            }
        }
        return null;
    }

    static string Apply(string text, List<(int Start, int End, string Text)> edits)
    {
        var result = new StringBuilder(text.Length + 64);
        var copied = 0;
        foreach (var (start, end, replacement) in edits)
        {
            result.Append(text, copied, start - copied).Append(replacement);
            copied = end;
        }
        return result.Append(text, copied, text.Length - copied).ToString();
    }
}
