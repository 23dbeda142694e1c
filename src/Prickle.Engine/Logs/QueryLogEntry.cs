using System.Text;
using Prickle.Engine.Native;
using Prickle.Engine.Queries;
using Prickle.Engine.Statements;

namespace Prickle.Engine.Logs;

/// <summary>One ended statement, with all that its line of the query log tells.</summary>
sealed record QueryLogEntry(RunningQuery Query, QueryResult Result, DateTimeOffset EndedAt)
{
    const int LongestText = 100_000;

    // Codes that parsing, analysis or access checks give: the statement never began to run.
    static readonly HashSet<int> BeforeStart =
    [
        6, 16, 27, 36, 42, 43, 44, 46, 47, 48, 53, 56, 57, 60, 62, 63, 73, 78, 81, 82, 115, 164, 179, 184, 202, 207, 210,
        215, 216, 344, 352, 358, 372, 373, 386, 403, 450, 452, 456, 497, 702,
    ];

    public QueryRequest Request => Query.Request;

    public string Type => Result.Error switch
    {
        null => "QueryFinish",
        { Code: var code } when BeforeStart.Contains(code) => "ExceptionBeforeStart",
        _ => "ExceptionWhileProcessing",
    };

    /// <summary>The statement without data, without the secrets of buckets, and without the end of a very long one.</summary>
    public string Text
    {
        get
        {
            var statement = Request.Statement;
            var text = statement.Text.AsSpan(0, Math.Min(statement.DataStart, LongestText));
            return SecretMask.Of(Encoding.UTF8.GetString(text).Trim());
        }
    }

    /// <summary>What kind of statement it is, in the words of ClickHouse's own log.</summary>
    public string Kind => Request.Statement.Keyword switch
    {
        "WITH" or "FROM" => "Select",
        "DESC" => "Describe",
        "KILL" => "KillQuery",
        "ATTACH" or "REPLACE" => "Create",
        "DETACH" or "TRUNCATE" => "Drop",
        "EXCHANGE" => "Rename",
        "" => "None",
        var keyword => keyword[..1] + keyword[1..].ToLowerInvariant(),
    };

    /// <summary>Counters by their names in ClickHouse: what the statement's end tells, and what was sampled before.</summary>
    public Dictionary<string, ulong> ProfileEvents()
    {
        var statistics = Result.Statistics;
        var events = new Dictionary<string, ulong>(Query.SampledEvents)
        {
            ["Query"] = 1,
            [$"{Kind}Query"] = 1,
            ["RealTimeMicroseconds"] = (ulong)(EndedAt - Query.StartedAt).TotalMicroseconds,
            ["SelectedRows"] = statistics.ReadRows,
            ["SelectedBytes"] = statistics.ReadBytes,
            ["InsertedRows"] = statistics.WrittenRows,
            ["InsertedBytes"] = statistics.WrittenBytes,
        };
        if (Result.Error is not null)
        {
            events["FailedQuery"] = 1;
        }
        return events;
    }

    public bool IsSelect => Request.Statement.Kind == StatementKind.Select;
}
