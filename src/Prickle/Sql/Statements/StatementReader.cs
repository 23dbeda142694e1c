using System.Globalization;

namespace Prickle.Sql.Statements;

/// <summary>
/// Reads what a person typed: refuses early, with the best words, what is not one SELECT, and rewrites the few spellings
/// that ClickHouse does not know. What gets past it is judged again by <see cref="Checking.StatementCheck"/>.
/// </summary>
sealed class StatementReader
{
    const int LongestStatement = 100_000;

    readonly string _text;
    readonly List<SqlToken> _tokens;
    readonly string _database;
    readonly Func<string, string?> _variable;
    readonly string? _filters;
    readonly List<(int Start, int End, string Text)> _edits = [];
    readonly List<string> _variables = [];

    StatementReader(string text, string database, Func<string, string?> variable, string? filters)
    {
        (_text, _database, _variable, _filters) = (text, database, variable, filters);
        _tokens = SqlLexer.ReadCode(text);
    }

    /// <summary>Reads a statement.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="database">The project's database: its name before a table is dropped, so that any name that is left is foreign.</param>
    /// <param name="variable">The ClickHouse type of a variable; null for one that is not known.</param>
    /// <param name="filters">What <c>{filters}</c> stands for; null for everything.</param>
    public static SqlOutcome<RewrittenStatement> Read(
        string text, string database, Func<string, string?> variable, string? filters) =>
        text.Length > LongestStatement
            ? new SqlRefusal(SqlRefusalReason.InvalidStatement, $"A statement has at most {LongestStatement:n0} characters.")
            : new StatementReader(text, database, variable, filters).Read();

    SqlOutcome<RewrittenStatement> Read()
    {
        while (_tokens.Count > 0 && _tokens[^1].IsSymbol(_text, ';'))
        {
            _edits.Add((_tokens[^1].Start, _tokens[^1].End, " "));
            _tokens.RemoveAt(_tokens.Count - 1);
        }
        _edits.Reverse();
        if (RefusalOfKind() is { } refusal)
        {
            return refusal;
        }
        var trailing = _edits.ToList();
        _edits.Clear();
        if (Rewrite() is { } misuse)
        {
            return misuse;
        }
        _edits.AddRange(trailing);
        return new RewrittenStatement(_text, _edits) { Variables = _variables, HasLimit = HasLimit() };
    }

    SqlRefusal? RefusalOfKind()
    {
        if (_tokens.Count == 0)
        {
            return new(SqlRefusalReason.InvalidStatement, "There is no statement.");
        }
        var first = _tokens.Find(token => !token.IsSymbol(_text, '('));
        if (first.End == 0 || !(first.Is(_text, "SELECT") || first.Is(_text, "WITH") || first.Is(_text, "FROM")))
        {
            var word = first.End == 0 ? "(" : first.In(_text);
            return Refuse(first, word.Equals("EXPLAIN", StringComparison.OrdinalIgnoreCase)
                ? "Only SELECT runs here. For the plan of a statement leave EXPLAIN out and use the Explain button."
                : $"Only one SELECT (or WITH … SELECT) runs here, not {Shown(word)}.");
        }
        for (var index = 0; index < _tokens.Count; index++)
        {
            if (RefusalOfToken(index) is { } refusal)
            {
                return refusal;
            }
        }
        return null;
    }

    SqlRefusal? RefusalOfToken(int index)
    {
        var token = _tokens[index];
        if (token.IsSymbol(_text, ';'))
        {
            return Refuse(token, "One statement runs at a time: remove the semicolon and what follows it.");
        }
        if (token.Kind == SqlTokenKind.QuotedName && token.In(_text).Any(char.IsControl))
        {
            return Refuse(token, "A quoted name holds no line breaks or control characters.");
        }
        if (token.Is(_text, "INTO") && NameAt(index + 1, "OUTFILE"))
        {
            return Refuse(token, "INTO OUTFILE is not allowed: results are downloaded, not written to files.");
        }
        if (token.Is(_text, "SETTINGS") && SymbolAt(index + 2, '=') && !SymbolAt(index - 1, '.'))
        {
            return Refuse(token, "SETTINGS are not allowed: limits are set by the operator.");
        }
        return token.Is(_text, "FORMAT") && index == _tokens.Count - 2 && index > 1
            && _tokens[index + 1].Kind == SqlTokenKind.Word && !IsAfterSeparator(index)
            ? Refuse(token, "FORMAT is not allowed: download the result as CSV or JSON.")
            : null;
    }

    // "SELECT format x" names a column; "SELECT 1 FORMAT x" does not.
    bool IsAfterSeparator(int index) =>
        _tokens[index - 1] is var before
        && (before.IsSymbol(_text, ',') || before.IsSymbol(_text, '.') || before.Is(_text, "SELECT") || before.Is(_text, "BY"));

    SqlRefusal? Rewrite()
    {
        var usesPerson = UsesPerson();
        for (var index = 0; index < _tokens.Count; index++)
        {
            var token = _tokens[index];
            if (token.IsSymbol(_text, '{'))
            {
                if (RewriteBraces(ref index) is { } refusal)
                {
                    return refusal;
                }
            }
            else if (token.NameIn(_text) == _database && SymbolAt(index + 1, '.') && !SymbolAt(index - 1, '.'))
            {
                // The names of tables are resolved in the project's database anyway.
                _edits.Add((token.Start, _tokens[index + 1].End, ""));
                if (usesPerson && IsEventsTable(index + 2, index - 1))
                {
                    RewriteEventsTable(index + 2);
                }
                index += 2;
            }
            else if (token.NameIn(_text) == "properties" && index + 2 < _tokens.Count)
            {
                RewriteProperty(ref index);
            }
            else if (usesPerson && IsEventsTable(index, index - 1))
            {
                RewriteEventsTable(index);
            }
        }
        return null;
    }

    // {filters}, {variables.name}. ClickHouse's own {name:Type} is left to it, and finds no value.
    SqlRefusal? RewriteBraces(ref int index)
    {
        var open = _tokens[index];
        if (NameAt(index + 1, "filters") && SymbolAt(index + 2, '}'))
        {
            _edits.Add((open.Start, _tokens[index + 2].End, _filters is null ? "1" : $"({_filters})"));
            index += 2;
            return null;
        }
        if (NameAt(index + 1, "variables") && SymbolAt(index + 2, '.') && index + 4 < _tokens.Count && SymbolAt(index + 4, '}')
            && _tokens[index + 3].NameIn(_text) is { } name)
        {
            if (!_variables.Contains(name))
            {
                _variables.Add(name);
            }
            if (_variable(name) is not { } type)
            {
                return Refuse(_tokens[index + 3], $"The variable {Shown(name)} has no value and no default.", SqlRefusalReason.InvalidVariable);
            }
            _edits.Add((open.Start, _tokens[index + 4].End, $"{{{ParameterName(_variables.IndexOf(name))}:{type}}}"));
            index += 4;
            return null;
        }
        return SymbolAt(index + 2, ':')
            ? Refuse(open, "Write a variable as {variables.name}; its type is set where its value is.")
            : Refuse(open, "Braces hold {filters} or {variables.name}.");
    }

    /// <summary>The variables that a text names, in their order.</summary>
    public static IReadOnlyList<string> VariablesIn(string text)
    {
        var tokens = SqlLexer.ReadCode(text);
        return
        [
            .. Enumerable.Range(0, Math.Max(0, tokens.Count - 4))
                .Where(at => tokens[at].IsSymbol(text, '{') && tokens[at + 1].Is(text, "variables") && tokens[at + 2].IsSymbol(text, '.')
                    && tokens[at + 4].IsSymbol(text, '}'))
                .Select(at => tokens[at + 3].NameIn(text)).OfType<string>().Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether a text has a place for filters.</summary>
    public static bool HasFilters(string text)
    {
        var tokens = SqlLexer.ReadCode(text);
        return Enumerable.Range(0, Math.Max(0, tokens.Count - 2))
            .Any(at => tokens[at].IsSymbol(text, '{') && tokens[at + 1].Is(text, "filters") && tokens[at + 2].IsSymbol(text, '}'));
    }

    /// <summary>The parameter that stands for the variable of an index.</summary>
    public static string ParameterName(int index) => string.Create(CultureInfo.InvariantCulture, $"variable_{index}");

    // A dot within a quoted key belongs to the key (it is stored as %2E); properties['key'] is properties.`key`.
    void RewriteProperty(ref int index)
    {
        var next = _tokens[index + 2];
        if (SymbolAt(index + 1, '.') && next.Kind == SqlTokenKind.QuotedName && next.Unquoted(_text).Contains('.'))
        {
            _edits.Add((next.Start, next.End, Quoted(next.Unquoted(_text))));
            index += 2;
        }
        else if (SymbolAt(index + 1, '[') && next.Kind == SqlTokenKind.Text && _text[next.Start] == '\'' && SymbolAt(index + 3, ']'))
        {
            _edits.Add((_tokens[index + 1].Start, _tokens[index + 3].End, "." + Quoted(next.Unquoted(_text))));
            index += 3;
        }
    }

    static string Quoted(string key) =>
        '`' + key.Replace(".", "%2E", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("`", "``", StringComparison.Ordinal) + '`';

    bool UsesPerson()
    {
        for (var index = 0; index + 1 < _tokens.Count; index++)
        {
            if (_tokens[index].NameIn(_text) == "person" && SymbolAt(index + 1, '.'))
            {
                return true;
            }
        }
        return false;
    }

    // The join with persons costs time, so the plain table is read wherever nobody asks for them.
    bool IsEventsTable(int index, int before) =>
        index < _tokens.Count && _tokens[index].NameIn(_text) == "events" && before >= 0
        && (_tokens[before].Is(_text, "FROM") || _tokens[before].Is(_text, "JOIN")) && !SymbolAt(index + 1, '.') && !SymbolAt(index + 1, '(')
        && !DefinesEvents();

    bool DefinesEvents() => Enumerable.Range(0, Math.Max(0, _tokens.Count - 2)).Any(index =>
        _tokens[index].NameIn(_text) == "events" && NameAt(index + 1, "AS") && SymbolAt(index + 2, '('));

    void RewriteEventsTable(int index)
    {
        var token = _tokens[index];
        var hasAlias = index + 1 < _tokens.Count
            && (_tokens[index + 1].Kind == SqlTokenKind.QuotedName
                || (_tokens[index + 1].Kind == SqlTokenKind.Word && !AfterTable.Contains(_tokens[index + 1].In(_text))));
        _edits.Add((token.Start, token.End, Views.ProjectViews.EventsWithPerson + (hasAlias ? "" : " AS events")));
    }

    static readonly HashSet<string> AfterTable = new(StringComparer.OrdinalIgnoreCase)
    {
        "WHERE", "PREWHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "HAVING", "QUALIFY", "WINDOW", "UNION", "INTERSECT", "EXCEPT", "FINAL",
        "SAMPLE", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "ASOF", "ANY", "ALL", "SEMI", "ANTI", "GLOBAL", "LOCAL", "PASTE",
        "ARRAY", "ON", "USING", "SETTINGS", "FORMAT", "INTO", "SELECT", "FETCH", "WITH",
    };

    // LIMIT n BY keeps n of each group and bounds nothing.
    bool HasLimit()
    {
        var depth = 0;
        for (var index = 0; index < _tokens.Count; index++)
        {
            depth += _tokens[index].IsSymbol(_text, '(') ? 1 : _tokens[index].IsSymbol(_text, ')') ? -1 : 0;
            var isLimit = _tokens[index].Is(_text, "LIMIT") || _tokens[index].Is(_text, "FETCH");
            if (depth == 0 && isLimit && !SymbolAt(index - 1, '.') && !IsLimitBy(index))
            {
                return true;
            }
        }
        return false;
    }

    bool IsLimitBy(int limit)
    {
        for (var index = limit + 1; index < _tokens.Count; index++)
        {
            if (_tokens[index].Is(_text, "BY"))
            {
                return true;
            }
            if (_tokens[index].Kind == SqlTokenKind.Word && !_tokens[index].Is(_text, "OFFSET"))
            {
                return false;
            }
        }
        return false;
    }

    bool SymbolAt(int index, char symbol) => index >= 0 && index < _tokens.Count && _tokens[index].IsSymbol(_text, symbol);

    bool NameAt(int index, string word) => index < _tokens.Count && _tokens[index].Is(_text, word);

    SqlRefusal Refuse(SqlToken token, string detail, SqlRefusalReason reason = SqlRefusalReason.NotAllowed)
    {
        var (line, column) = new RewrittenStatement(_text, []) { Variables = [], HasLimit = false }.Position(token.Start);
        return new SqlRefusal(reason, detail, line, column, Math.Max(1, token.End - token.Start));
    }

    static string Shown(string word) => word.Length <= 40 ? word : word[..40] + "…";
}
