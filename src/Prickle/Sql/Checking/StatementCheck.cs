using Prickle.Filters;
using Prickle.Sql.Running;
using Prickle.Sql.Statements;

namespace Prickle.Sql.Checking;

/// <summary>
/// Judges a statement by what ClickHouse itself understands of it, twice: first by its unresolved tree, before any part
/// of it is evaluated; then by its resolved tree, over tables that a filter makes empty.
/// </summary>
sealed class StatementCheck(SandboxConnection connection, EngineFunctions functions)
{
    // Their names never lead anywhere a project may read, whether the engine lists them or not.
    static readonly string[] AlwaysForeign = ["system", "information_schema", "INFORMATION_SCHEMA", "_temporary_and_external_tables"];

    // A SELECT without FROM reads one row of this table.
    const string Nothing = "system.one";

    /// <summary>The refusal of a statement, or null.</summary>
    /// <param name="place">Of an expression: it may read one table, once, the rows that it stands on. Null for a statement.</param>
    public async Task<SqlRefusal?> RefusalOfAsync(
        RewrittenStatement statement, SandboxScope scope, IReadOnlyList<(string Name, string Text)> parameters, ExpressionPlace? place,
        CancellationToken cancellationToken)
    {
        var unresolved = await ExplainAsync(0, statement, scope, parameters, cancellationToken);
        if (unresolved is SqlOutcome<string>.Refused unread)
        {
            return unread.Refusal;
        }
        var rules = await functions.RulesAsync(cancellationToken);
        var foreign = await connection.DatabasesAsync(cancellationToken);
        if (RefusalOfTree(((SqlOutcome<string>.Done)unresolved).Value, statement, scope, rules, foreign) is { } refusal)
        {
            return refusal;
        }
        if (place is { } stands && RefusalOfExpression(((SqlOutcome<string>.Done)unresolved).Value, statement, stands, rules) is { } misplaced)
        {
            return misplaced;
        }
        var resolved = await ExplainAsync(1, statement, scope with { IsEmpty = true }, parameters, cancellationToken);
        if (resolved is SqlOutcome<string>.Refused { Refusal.Reason: SqlRefusalReason.InvalidStatement })
        {
            // Subqueries that stand for a value were evaluated over nothing, which may itself be the error.
            resolved = await ExplainAsync(1, statement, scope, parameters, cancellationToken);
        }
        return resolved switch
        {
            SqlOutcome<string>.Refused refused => refused.Refusal,
            SqlOutcome<string>.Done done when place is not null && QueryTree.Sources(done.Value) > 2 => new SqlRefusal(
                SqlRefusalReason.NotAllowed, "An expression reads the row it stands on, and no table or subquery."),
            SqlOutcome<string>.Done done => RefusalOfTables(done.Value, statement, scope),
            _ => null,
        };
    }

    /// <summary>
    /// What an expression may not do, since it becomes a part of a statement of ours: give a name, which would be taken for
    /// a column of that name elsewhere in it, or add rows up where there is one, or not where there are many.
    /// </summary>
    internal static SqlRefusal? RefusalOfExpression(string tree, RewrittenStatement statement, ExpressionPlace place, FunctionRules rules)
    {
        // The table has a name of its own where persons are joined to it.
        if (QueryTree.Aliases(tree).FirstOrDefault(name => name != "events") is { } alias)
        {
            return Refuse(statement, alias, "An expression gives no names: leave out AS.");
        }
        var aggregate = QueryTree.Functions(tree).FirstOrDefault(rules.IsAggregate);
        return (place, aggregate) switch
        {
            (ExpressionPlace.Aggregate, null) => new SqlRefusal(
                SqlRefusalReason.InvalidStatement, "A value of many events needs an aggregate such as count(), sum(…) or uniq(…)."),
            (ExpressionPlace.Event or ExpressionPlace.Person, { } name) => Refuse(statement, name, $"{name} looks at many rows, and the expression stands over one."),
            _ => null,
        };
    }

    /// <summary>What the unresolved tree forbids.</summary>
    internal static SqlRefusal? RefusalOfTree(
        string tree, RewrittenStatement statement, SandboxScope scope, FunctionRules rules, IReadOnlyCollection<string> databases)
    {
        if (QueryTree.UnknownNode(tree) is { } node)
        {
            return Refuse(statement, node, $"{node} is not allowed in a statement.");
        }
        foreach (var name in QueryTree.TableFunctions(tree))
        {
            if (!FunctionRules.IsGenerator(name))
            {
                return Refuse(statement, name, name == "viewExplain"
                    ? "EXPLAIN is not allowed within a statement."
                    : $"The table function {name} is not allowed: only numbers, zeros, generateSeries and values are.");
            }
        }
        var aliases = QueryTree.Aliases(tree).ToHashSet(StringComparer.Ordinal);
        foreach (var name in QueryTree.Functions(tree))
        {
            // A lambda may be named and called; its body is part of the tree. A name that the engine knows is never an alias.
            if (rules.RefusalOf(name) is { } why && (rules.Knows(name) || !aliases.Contains(name)))
            {
                return Refuse(statement, name, why);
            }
        }
        foreach (var name in QueryTree.Identifiers(tree))
        {
            var first = name.Split('.', 2)[0];
            if (name != Nothing && name.Contains('.') && IsForeign(first, scope, databases))
            {
                return Refuse(statement, name,
                    $"{name} is not allowed: {first} is another database. Only the tables of this project can be read.");
            }
        }
        return null;
    }

    // A table or column of one's own may share its name with a database; the resolved tree tells them apart.
    static bool IsForeign(string name, SandboxScope scope, IReadOnlyCollection<string> databases) =>
        !scope.TableNames.Contains(name)
        && (AlwaysForeign.Contains(name) || databases.Contains(name) || name.StartsWith("project_", StringComparison.OrdinalIgnoreCase))
        && name != scope.Database;

    internal static SqlRefusal? RefusalOfTables(string tree, RewrittenStatement statement, SandboxScope scope)
    {
        foreach (var table in QueryTree.Tables(tree))
        {
            if (table != Nothing && !table.StartsWith($"{scope.Database}.", StringComparison.Ordinal)
                && !table.StartsWith("_temporary_and_external_tables._tmp_", StringComparison.Ordinal))
            {
                return Refuse(statement, table, $"{table} is not allowed: only the tables of this project can be read.");
            }
        }
        return QueryTree.TableFunctions(tree).FirstOrDefault(name => !FunctionRules.IsGenerator(name)) is { } function
            ? Refuse(statement, function, $"The table function {function} is not allowed.")
            : null;
    }

    async Task<SqlOutcome<string>> ExplainAsync(
        int passes, RewrittenStatement statement, SandboxScope scope, IReadOnlyList<(string Name, string Text)> parameters,
        CancellationToken cancellationToken) =>
        await connection.ExplainAsync(
            $"EXPLAIN QUERY TREE run_passes = {passes} ", statement, scope, parameters, cancellationToken);

    static SqlRefusal Refuse(RewrittenStatement statement, string name, string detail)
    {
        if (statement.Find(name) is not { } token)
        {
            return new SqlRefusal(SqlRefusalReason.NotAllowed, detail);
        }
        var (line, column) = statement.Position(token.Start);
        return new SqlRefusal(SqlRefusalReason.NotAllowed, detail, line, column, token.End - token.Start);
    }
}
