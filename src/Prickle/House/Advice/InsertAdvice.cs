using Prickle.ClickHouse.Nodes;
using Prickle.Ui.Values;

namespace Prickle.House.Advice;

/// <summary>Inserts of few rows: each makes a part.</summary>
static class InsertAdvice
{
    public const string Key = "small_inserts";

    const int FewRows = 1000;
    const int ManyInserts = 500;

    public static readonly SystemQuery<Finding> Small = new(
        capabilities => !capabilities.Has("query_log")
            ? new SystemStatement.Missing("system.query_log", "How many rows an insert brings is read off the log of queries.")
            : Advisor.Statement(
                $$"""
                SELECT extract(query, '(?is)^\\s*insert\\s+into\\s+(?:table\\s+)?([^\\s(]+)') AS target, count() AS inserts, sum(written_rows) AS rows, any(user) AS somebody,
                       {{(capabilities.Settings.Contains("async_insert") ? "1" : "0")}} AS has_async
                FROM system.query_log
                WHERE event_date >= today() - 1 AND event_time >= now() - 86400 AND type = 2 AND is_initial_query AND written_rows > 0
                GROUP BY target HAVING target != '' AND inserts >= {{ManyInserts}} AND rows / inserts < {{FewRows}}
                ORDER BY inserts DESC LIMIT 50
                """),
        row => new Finding(
            Key, FindingLevel.Warning, row.Text("target"),
            $"{ValueUnit.Count("inserts").Named(row.Number("inserts"))} in a day with {ValueUnit.Count("rows").Named(Math.Round((double)row.Number("rows") / Math.Max(1, row.Number("inserts"))))} each, by {row.Text("somebody")} and maybe others.",
            "Each insert makes a part that is merged again and again. Send thousands of rows at a time, or let the server gather them.",
            row.Flag("has_async") ? $"ALTER USER {Frame.NodeSql.Quote(row.Text("somebody"))} SETTINGS async_insert = 1, wait_for_async_insert = 1" : null));
}
