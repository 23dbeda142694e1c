using System.Text;

namespace Prickle.House.Queries;

/// <summary>
/// A statement without its values: strings and numbers become <c>?</c>, lists of them <c>?..</c>, comments go, white space is one
/// space, the words of SQL are in capitals.
/// </summary>
static class NormalText
{
    const string Value = "?";
    const string Values = "?..";

    public static string Of(string statement)
    {
        var tokens = new List<string>();
        var words = StatementWords.Read(statement).ToList();
        for (var at = 0; at < words.Count; at++)
        {
            var token = words[at];
            // What follows the format of an insert is data.
            if (tokens is ["INSERT", .., "FORMAT", _])
            {
                break;
            }
            switch (token.Kind)
            {
                case WordKind.Number or WordKind.Text:
                    AddValue(tokens);
                    break;
                // Beside a dot it is a name, whatever it says: system.one.
                case WordKind.Word when !(at > 0 && words[at - 1].Text == ".") && !(at + 1 < words.Count && words[at + 1].Text == "."):
                    tokens.Add(SqlWords.All.TryGetValue(token.Text, out var capital) ? capital : token.Text);
                    break;
                default:
                    tokens.Add(token.Text);
                    break;
            }
            Fold(tokens);
        }
        while (tokens is [.., ";"])
        {
            tokens.RemoveAt(tokens.Count - 1);
        }
        return Join(tokens);
    }

    /// <summary>A sign before a value is part of it where nothing stands before that it could be taken from.</summary>
    static void AddValue(List<string> tokens)
    {
        if (tokens is [.., "-" or "+"] && (tokens.Count == 1 || IsBeforeValue(tokens[^2])))
        {
            tokens.RemoveAt(tokens.Count - 1);
        }
        tokens.Add(Value);
    }

    static bool IsBeforeValue(string token) => token is "(" or "[" or "," or "=" or "<" or ">" or "!=" or "<>" or "<=" or ">=" or "*" or "/" or "%" or "==" || SqlWords.All.ContainsKey(token);

    /// <summary>Makes one of a list as soon as it is longer than one: <c>?, ?</c>, and <c>(?..), (?..)</c> of what is inserted.</summary>
    static void Fold(List<string> tokens)
    {
        if (tokens is [.., Value or Values, ",", Value or Values])
        {
            tokens.RemoveRange(tokens.Count - 3, 3);
            tokens.Add(Values);
        }
        // IN (1) is the same question as IN (1, 2).
        else if (tokens is [.., "IN" or "VALUES", "(", Value, ")"])
        {
            tokens[^2] = Values;
        }
        else if (tokens is [.., "(", Values, ")", ",", "(", Value or Values, ")"])
        {
            tokens.RemoveRange(tokens.Count - 4, 4);
        }
        else if (tokens is [.., var word, "("] && SqlWords.AlsoFunctions.Contains(word))
        {
            tokens[^2] = word.ToLowerInvariant();
        }
    }

    static string Join(List<string> tokens)
    {
        var text = new StringBuilder();
        for (var at = 0; at < tokens.Count; at++)
        {
            if (at > 0 && NeedsSpace(tokens[at - 1], tokens[at]))
            {
                text.Append(' ');
            }
            text.Append(tokens[at]);
        }
        return text.ToString();
    }

    static bool NeedsSpace(string before, string token) =>
        before is not ("(" or "[" or "." or "::") && token is not (")" or "]" or "," or "." or "::" or ";")
        && !(token is "(" or "[" && IsName(before) && !IsWord(before));

    // Functions were written in small letters, unlike the word that they could be.
    static bool IsWord(string token) => SqlWords.All.TryGetValue(token, out var capital) && capital == token;

    static bool IsName(string token) => char.IsAsciiLetter(token[0]) || token[0] is '_' or '`' or '"' or ')';
}
