using System.Data.Common;
using System.Text.Json;
using Prickle.Events.Filtering;
using Prickle.Filters;

namespace Prickle.Events.Questions;

/// <summary>The columns of a <see cref="StoredEvent"/>, and reading them.</summary>
static class EventRows
{
    public const string Columns =
        $"uuid, event, timestamp, distinct_id, {FilterSql.Person} AS person, person_profile, session_id, elements_chain, "
        + "toString(properties)";

    static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 512 };

    public static StoredEvent Read(DbDataReader row) => new(
        row.GetGuid(0),
        row.GetString(1),
        Moment(row, 2),
        row.GetString(3),
        row.GetGuid(4),
        row.GetBoolean(5),
        row.GetString(6),
        row.GetString(7),
        Json(row, 8));

    public static DateTimeOffset Moment(DbDataReader row, int column) =>
        new(DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc));

    public static JsonElement Json(DbDataReader row, int column)
    {
        using var document = JsonDocument.Parse(row.GetString(column), Lenient);
        return document.RootElement.Clone();
    }
}
