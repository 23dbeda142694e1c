using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.ClickHouse;
using Prickle.Filters;
using Prickle.Storage;

namespace Prickle.Persons.Listing;

/// <summary>Persons by conditions on their properties: the mirror in ClickHouse knows every operator.</summary>
static class PersonConditions
{
    /// <summary>A search looks at ids as well, which only the relational store has: more than this it does not hand over.</summary>
    const int MostSearched = 10_000;

    static readonly IReadOnlyDictionary<string, object> Settings = new Dictionary<string, object> { ["max_execution_time"] = 30 };

    public static async Task<List<Guid>> FindAsync(
        ClickHouseStore store, PrickleDatabase database, PersonFilter filter, DateTimeOffset now, int limit, int offset,
        CancellationToken cancellationToken)
    {
        var sql = await ConditionsAsync(database, filter, now, cancellationToken);
        var statement = $"""
            SELECT id FROM persons FINAL WHERE {sql.Where}
            ORDER BY created_at {(filter.OldestFirst ? "ASC" : "DESC")}, id LIMIT {sql.Number(limit)} OFFSET {sql.Number(offset)}
            """;
        return await store.ListAsync(statement, row => row.GetGuid(0), sql.Parameters, Settings, cancellationToken);
    }

    public static async Task<long> CountAsync(
        ClickHouseStore store, PrickleDatabase database, PersonFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sql = await ConditionsAsync(database, filter, now, cancellationToken);
        var counts = await store.ListAsync(
            $"SELECT count() FROM persons FINAL WHERE {sql.Where}",
            row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters, Settings, cancellationToken);
        return counts.Single();
    }

    static async Task<SqlBuilder> ConditionsAsync(
        PrickleDatabase database, PersonFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        sql.And($"project_id = {sql.Project(filter.ProjectId)}");
        if (filter.IsIdentified is { } isIdentified)
        {
            sql.And($"is_identified = {sql.Number(isIdentified ? 1 : 0)}");
        }
        if (filter.Search.Trim().Length > 0 || filter.DistinctId is not null)
        {
            var searched = await PersonSearch.Of(database, filter).OrderByDescending(row => row.CreatedAt)
                .Select(row => row.Id).Take(MostSearched).ToArrayAsync(cancellationToken);
            sql.And($"id IN {sql.Value("Array(UUID)", searched)}");
        }
        sql.And(FilterSql.Compile(filter.Properties, new FilterScope(sql, filter.ProjectId, now) { Row = FilterRow.Persons, Zone = filter.Zone, Expressions = filter.Expressions }));
        return sql;
    }
}
