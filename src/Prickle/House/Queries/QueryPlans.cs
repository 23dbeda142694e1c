using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary>Lets a node explain an example, as the user who reads: nothing is run.</summary>
sealed class QueryPlans(Fleet fleet)
{
    const int SyntaxError = 62;

    public async Task<QueryPlan> ExplainAsync(QueryDetail detail, CancellationToken cancellationToken)
    {
        if (detail.Slowest is not [var example, ..])
        {
            return new QueryPlan.None("None of its calls was answered, so there is no example to explain.");
        }
        if (StatementGuard.Read(example.Row.Text) is not { Kind: "Select" } statement)
        {
            return new QueryPlan.None("Only a SELECT has a plan.");
        }
        if (example.Row.Text.Length >= LogRows.LongestText)
        {
            return new QueryPlan.None("The example is too long to be explained.");
        }
        var asked = new NodeStatement($"EXPLAIN json = 1, indexes = 1 {statement.WithoutFormat}")
        {
            Database = example.Row.Database.Length > 0 ? example.Row.Database : null,
            Settings = [("max_execution_time", "10"), ("readonly", "2")],
            Deadline = TimeSpan.FromSeconds(15),
            LargestAnswer = 4 * 1024 * 1024,
        };
        switch (await fleet.RunAsync(detail.Server, example.Node.Address, asked, Account.Monitor, cancellationToken))
        {
            case NodeReply.Answered { Table: { Count: > 0 } table }:
                var text = string.Join('\n', table.Rows.Select(row => row[0].ToString()));
                return PlanStep.Read(text) is { } root ? new QueryPlan.Tree(example.Node, root) : new QueryPlan.None("The node explained it in a way that is not understood here.");
            case NodeReply.Failed { Failure: { Code: SyntaxError } failure }:
                return new QueryPlan.None(statement.HasParameters
                    ? "The statement takes parameters, whose values the log does not keep: without them ClickHouse explains nothing."
                    : $"This node does not explain statements in steps: ClickHouse does since 21.6. It said: {failure.Message}");
            case NodeReply.Failed when statement.HasParameters:
                return new QueryPlan.None("The statement takes parameters, whose values the log does not keep: without them ClickHouse explains nothing.");
            case NodeReply.Failed { Failure: var failure }:
                return new QueryPlan.None(failure.Message);
            default:
                return new QueryPlan.None("The node explained nothing.");
        }
    }
}
