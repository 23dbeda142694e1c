using System.Data.Common;
using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Insights;

namespace Prickle.Automations.Triggers;

/// <summary>Reads the numbers that thresholds watch.</summary>
sealed class ThresholdReading(ClickHouseStore store, IInsightQueries insights, SavedInsights saved, TimeProvider time)
{
    const int MostSubjects = 10_000;

    static readonly Dictionary<string, object> Limits = new() { ["max_execution_time"] = 20 };

    /// <summary>
    /// By person's id, by group's key, or under the empty text for the project. Of persons and groups those that are over the
    /// line, or have not recovered yet; null when it cannot be read now.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, double>?> ReadAsync(Project project, ThresholdTrigger trigger, CancellationToken cancellationToken)
    {
        try
        {
            return trigger.Insight is { } insight ? await InsightAsync(project, insight, cancellationToken) : await EventsAsync(project, trigger, cancellationToken);
        }
        catch (Exception failure) when (failure is DbException or ClickHouseUnavailableException or HttpRequestException or IOException or TimeoutException)
        {
            return null;
        }
    }

    async Task<IReadOnlyDictionary<string, double>> EventsAsync(Project project, ThresholdTrigger trigger, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var sql = new SqlBuilder();
        var scope = new FilterScope(sql, project.Id, now) { Zone = project.Zone };
        var key = trigger.Per switch
        {
            ThresholdScope.Person => $"toString({FilterSql.Person})",
            ThresholdScope.Group => string.Create(CultureInfo.InvariantCulture, $"group_{trigger.GroupTypeIndex}"),
            _ => "''",
        };
        var having = trigger.Per == ThresholdScope.Project ? "" : $"HAVING subject != '' AND value > {sql.Value("Float64", trigger.Recovery ?? trigger.Value)}";
        var statement = $"""
            SELECT {key} AS subject, toFloat64(ifNull({Measure(trigger)}, 0)) AS value FROM events
            WHERE project_id = {sql.Project(project.Id)} AND event = {sql.Value("String", trigger.Event ?? "")}
              AND timestamp > {sql.Moment(now - trigger.Window.Length)} AND timestamp <= {sql.Moment(now.AddMinutes(1))}
              AND {FilterSql.Compile(trigger.Filters, scope)}
            GROUP BY subject {having} ORDER BY value DESC LIMIT {sql.Number(MostSubjects)}
            """;
        var rows = await store.ListAsync(statement, row => (Subject: row.GetString(0), Value: row.GetDouble(1)), sql.Parameters, Limits, cancellationToken);
        // Nothing happened at all: that is nought, and may be below a line.
        return trigger.Per == ThresholdScope.Project && rows.Count == 0 ? new Dictionary<string, double> { [""] = 0 } : rows.ToDictionary(row => row.Subject, row => row.Value);
    }

    static string Measure(ThresholdTrigger trigger)
    {
        var number = $"toFloat64OrNull(toString({PropertyPath.Of(trigger.Property ?? "")}))";
        return trigger.Measure switch
        {
            ThresholdMeasure.UniquePersons => $"uniqExact({FilterSql.Person})",
            ThresholdMeasure.Sum => $"sum({number})",
            ThresholdMeasure.Average => $"avg({number})",
            ThresholdMeasure.Maximum => $"max({number})",
            ThresholdMeasure.Minimum => $"min({number})",
            _ => "count()",
        };
    }

    /// <summary>A number as it stands; of a line the last interval that is whole.</summary>
    async Task<IReadOnlyDictionary<string, double>?> InsightAsync(Project project, int insight, CancellationToken cancellationToken)
    {
        if ((await saved.OfAsync(project.Id, [insight], cancellationToken)).GetValueOrDefault(insight) is not { Deleted: false } found || InsightJson.Read(found.Query, out _) is not { } query)
        {
            return null;
        }
        using var noted = StatementNotes.Add(("insight", found.ShortId));
        if (await insights.AskAsync(project, query, Refresh.Force, cancellationToken) is not Outcome<InsightAnswer>.Done(var answer)
            || answer.Result is not TrendsResult { Series: [var first, ..] } trends)
        {
            return null;
        }
        var value = trends.Days.Count == 0 ? first.Total : first.Data.Take(first.Data.Count - (trends.IsLastIncomplete ? 1 : 0)).LastOrDefault();
        return new Dictionary<string, double> { [""] = value };
    }
}
