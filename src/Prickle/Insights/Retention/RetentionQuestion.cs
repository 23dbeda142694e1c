using System.Globalization;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Insights.Breakdowns;

namespace Prickle.Insights.Retention;

/// <summary>Retention: cohorts by when they started, and which share of them came back in each interval after it.</summary>
sealed class RetentionQuestion : Question<RetentionQuery>
{
    public override Refusal? Check(RetentionQuery query) => RetentionCheck.Of(query);

    public override Interval IntervalOf(RetentionQuery query) => query.RetentionFilter.Period;

    public override IEnumerable<EntityNode> EntitiesOf(RetentionQuery query) =>
        [query.RetentionFilter.TargetEntity, query.RetentionFilter.ReturningEntity];

    public override async Task<InsightResult> AnswerAsync(RetentionQuery query, QueryScope scope, CancellationToken cancellationToken)
    {
        var plan = new RetentionPlan(query.RetentionFilter, scope.Period, scope.Now);
        var sql = new SqlBuilder();
        var cells = await scope.AskAsync(
            new RetentionSql(query, plan, scope, sql).Table(), sql,
            row => new CountedCell(
                row.GetString(0), Number(row.GetValue(1)), (int)Number(row.GetValue(2)), (int)Number(row.GetValue(3)), Number(row.GetValue(4)),
                Convert.ToDouble(row.GetValue(5), CultureInfo.InvariantCulture), Number(row.GetValue(6))),
            cancellationToken);
        var table = new RetentionTableBuilder(query.RetentionFilter, plan, scope.Period);
        var breakdown = new BreakdownReader(query.BreakdownFilter, scope);
        return new RetentionResult(breakdown.IsNone
            ? [table.Of(null, cells)]
            : [.. cells.GroupBy(cell => (cell.Label, cell.Place))
                .Where(group => group.Key.Label != breakdown.OtherValue || !query.BreakdownFilter.HideOther)
                // None has no place and comes last, behind Other.
                .OrderBy(group => group.Key.Place == 0 ? long.MaxValue : group.Key.Place)
                .Select(group => table.Of(BreakdownReader.Split(group.Key.Label), group))]);
    }

    public override Outcome<string> Actors(RetentionQuery query, ActorsSelection selection, QueryScope scope, SqlBuilder sql)
    {
        var plan = new RetentionPlan(query.RetentionFilter, scope.Period, scope.Now);
        var (row, cell) = (selection.Row ?? 0, selection.Interval ?? 0);
        return row < 0 || row >= plan.Rows || cell < 0 || cell >= plan.Cells || !plan.Has(row, cell)
            ? Refusal.Invalid("row", "The table has no such cell.")
            // Without a value everybody is meant, by whatever the answer is broken down.
            : new RetentionSql(selection.BreakdownValues is { Count: > 0 } ? query : query with { BreakdownFilter = new BreakdownFilter() }, plan, scope, sql)
                .Actors(row, cell, selection.BreakdownValues);
    }

    static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}

/// <summary>What the store counted for a cell.</summary>
sealed record CountedCell(string Label, long Place, int Row, int Cell, long Members, double Total, long Numbered);

/// <summary>Makes tables of counted cells.</summary>
sealed class RetentionTableBuilder(RetentionFilter filter, RetentionPlan plan, QueryPeriod period)
{
    public RetentionTable Of(IReadOnlyList<string>? values, IEnumerable<CountedCell> counted)
    {
        var (members, amounts) = (new long[plan.Rows, plan.Cells], new double[plan.Rows, plan.Cells]);
        foreach (var cell in counted)
        {
            // Cumulative: the store gives the last cell in which a member came back.
            for (var at = filter.Cumulative ? 0 : cell.Cell; at <= cell.Cell; at++)
            {
                members[cell.Row, at] += cell.Members;
                amounts[cell.Row, at] += filter.AggregationType switch
                {
                    "sum" => cell.Total,
                    "avg" => cell.Numbered == 0 ? 0 : cell.Total / cell.Numbered,
                    _ => cell.Members,
                };
            }
        }
        var rows = Enumerable.Range(0, plan.Rows).Select(row => Row(row, members[row, 0], amounts)).ToList();
        return new RetentionTable(values, rows, [.. Enumerable.Range(0, plan.Cells).Select(cell => Mean(rows, cell))]);
    }

    RetentionRow Row(int row, long size, double[,] amounts)
    {
        List<RetentionCell> cells = [];
        for (var cell = 0; cell < plan.Cells && plan.Has(row, cell); cell++)
        {
            var reference = Reference(cell, other => amounts[row, other]);
            cells.Add(new RetentionCell(
                amounts[row, cell], reference == 0 ? null : 100 * amounts[row, cell] / reference, plan.IsIncomplete(row, cell)));
        }
        var date = TimeZoneInfo.ConvertTime(plan.Bounds[row], period.Zone)
            .ToString(period.Interval >= Interval.Day ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        return new RetentionRow(date, size, cells);
    }

    double Reference(int cell, Func<int, double> amount) => amount(filter.RetentionReference == "previous" && cell > 0 ? cell - 1 : 0);

    double? Mean(List<RetentionRow> rows, int cell)
    {
        var complete = rows.Where(row => row.Cells.Count > cell && !row.Cells[cell].IsIncomplete && row.Cells[cell].Percent is not null).ToList();
        return complete.Count == 0 || filter.MeanRetentionCalculation == "none" ? null
            : filter.MeanRetentionCalculation == "simple" ? complete.Average(row => row.Cells[cell].Percent)
            : 100 * complete.Sum(row => row.Cells[cell].Count) / complete.Sum(row => Reference(cell, other => row.Cells[other].Count));
    }
}
