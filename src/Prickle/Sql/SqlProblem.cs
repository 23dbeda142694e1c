using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Prickle.Sql;

/// <summary>A refused statement as problem details, with its place in the statement.</summary>
public static class SqlProblem
{
    public static ProblemHttpResult From(SqlRefusal refusal)
    {
        var status = refusal.Reason == SqlRefusalReason.Busy ? StatusCodes.Status429TooManyRequests : StatusCodes.Status400BadRequest;
        var extensions = new Dictionary<string, object?>
        {
            ["code"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Reason.ToString()),
            ["attr"] = refusal.Reason switch { SqlRefusalReason.InvalidVariable => "variables", SqlRefusalReason.InvalidFilters => "filters", _ => "query" },
        };
        if (refusal.Line is { } line)
        {
            extensions["line"] = line;
            extensions["column"] = refusal.Column;
            extensions["length"] = refusal.Length;
        }
        if (refusal.EstimatedRows is { } rows)
        {
            extensions["estimated_rows"] = rows;
        }
        return TypedResults.Problem(
            refusal.Detail, statusCode: status, type: status == StatusCodes.Status429TooManyRequests ? "throttled_error" : "validation_error",
            extensions: extensions);
    }
}
