using System.Globalization;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Previews.Telling;

namespace Prickle.Previews;

/// <summary>How far people came with a preview: persons in all, since it was made.</summary>
/// <param name="Seen">Saw it in a list, or chose.</param>
/// <param name="Enabled">Of these, switched it on.</param>
/// <param name="Used">Of these, met the feature while it was on for them.</param>
/// <param name="Disabled">Of those who switched it on, switched it off later and left it so.</param>
/// <param name="KeptWeek">Of those who switched it on a week ago or longer, the share who still had it on after a week; null for nobody.</param>
public sealed record PreviewFunnelCount(long Seen, long Enabled, long Used, long Disabled, double? KeptWeek);

/// <summary>Counts what the events of a preview say.</summary>
public sealed class PreviewFunnel(ClickHouseStore store, TimeProvider time)
{
    static readonly Dictionary<string, object> Limits = new() { ["max_execution_time"] = 20 };
    static readonly string Flag = $"CAST({PropertyPath.Of("$feature_flag")}, 'Nullable(String)')";
    static readonly string IsChosen = $"event = '{PreviewEvents.Chosen}'";
    static readonly string IsOn = $"ifNull(CAST({PropertyPath.Of("$feature_enrollment")}, 'Nullable(String)'), '') = 'true'";
    static readonly string Response = $"ifNull(CAST({PropertyPath.Of("$feature_flag_response")}, 'Nullable(String)'), '')";

    public async Task<PreviewFunnelCount> CountAsync(FeaturePreview preview, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(preview.ProjectId)}");
        sql.And($"event IN ('{PreviewEvents.Seen}', '{PreviewEvents.Chosen}', '$feature_flag_called', '$feature_view', '$feature_interaction')");
        sql.And($"{Flag} = {sql.Text(preview.FlagKey ?? "")}");
        sql.And($"timestamp >= {sql.Moment(preview.CreatedAt)}");
        var week = sql.Moment(time.GetUtcNow().AddDays(-7));
        // Moments as numbers: a missing one is 0, which is before all others.
        var rows = await store.ListAsync(
            $"""
            SELECT countIf(seen > 0 OR chosen > 0), countIf(switched_on > 0), countIf(switched_on > 0 AND used >= switched_on),
                countIf(switched_on > 0 AND switched_off > last_on),
                countIf(switched_on > 0 AND switched_on <= toUnixTimestamp64Micro({week})),
                countIf(switched_on > 0 AND switched_on <= toUnixTimestamp64Micro({week})
                    AND (first_off = 0 OR first_off > switched_on + 7 * 86400 * 1000000))
            FROM (
                SELECT {FilterSql.Person} AS person,
                    maxIf(at, event = '{PreviewEvents.Seen}') AS seen, maxIf(at, {IsChosen}) AS chosen,
                    minIf(at, {IsChosen} AND {IsOn}) AS switched_on, maxIf(at, {IsChosen} AND {IsOn}) AS last_on,
                    maxIf(at, {IsChosen} AND NOT ({IsOn})) AS switched_off, minIf(at, {IsChosen} AND NOT ({IsOn})) AS first_off,
                    maxIf(at, event IN ('$feature_view', '$feature_interaction') OR (event = '$feature_flag_called' AND {Response} = 'true')) AS used
                FROM (SELECT *, toUnixTimestamp64Micro(timestamp) AS at FROM events WHERE {sql.Where})
                GROUP BY person)
            """,
            row => (Seen: Whole(row.GetValue(0)), Enabled: Whole(row.GetValue(1)), Used: Whole(row.GetValue(2)), Disabled: Whole(row.GetValue(3)),
                Asked: Whole(row.GetValue(4)), Kept: Whole(row.GetValue(5))),
            sql.Parameters, Limits, cancellationToken);
        var count = rows[0];
        return new PreviewFunnelCount(count.Seen, count.Enabled, count.Used, count.Disabled, count.Asked == 0 ? null : (double)count.Kept / count.Asked);
    }

    static long Whole(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
