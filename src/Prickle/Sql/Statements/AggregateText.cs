using System.Text;

namespace Prickle.Sql.Statements;

/// <summary>
/// Properties have no fixed type, and the engine adds up numbers alone: <c>sum(properties.amount)</c> is read as the sum of
/// those that are numbers, as the other maths of series are.
/// </summary>
static class AggregateText
{
    static readonly HashSet<string> OfNumbers = new(StringComparer.OrdinalIgnoreCase)
    {
        "sum", "avg", "median", "quantile", "quantileExact", "quantileTDigest", "stddevPop", "stddevSamp", "varPop", "varSamp",
    };

    /// <summary>The text with every property that is the whole argument of such an aggregate made a number.</summary>
    public static string WithNumbers(string text)
    {
        var tokens = SqlLexer.ReadCode(text);
        var written = new StringBuilder();
        var copied = 0;
        for (var index = 0; index + 5 < tokens.Count; index++)
        {
            // sum ( properties . amount ), also quantile(0.9)(properties.amount)
            if (tokens[index + 1].IsSymbol(text, '(') && tokens[index + 2].NameIn(text) == "properties" && tokens[index + 3].IsSymbol(text, '.')
                && tokens[index + 4].NameIn(text) is not null && tokens[index + 5].IsSymbol(text, ')') && IsOfNumbers(text, tokens, index))
            {
                var (from, to) = (tokens[index + 2].Start, tokens[index + 4].End);
                written.Append(text, copied, from - copied).Append("toFloat64OrNull(toString(").Append(text, from, to - from).Append("))");
                copied = to;
            }
        }
        return written.Append(text, copied, text.Length - copied).ToString();
    }

    // The name stands before the parentheses; parameters of the aggregate may stand between.
    static bool IsOfNumbers(string text, List<SqlToken> tokens, int before)
    {
        if (tokens[before].IsSymbol(text, ')'))
        {
            while (before > 0 && !tokens[before].IsSymbol(text, '('))
            {
                before--;
            }
            before--;
        }
        return before >= 0 && tokens[before].Kind == SqlTokenKind.Word && OfNumbers.Contains(tokens[before].In(text));
    }
}
