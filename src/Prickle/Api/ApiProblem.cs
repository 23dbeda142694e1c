using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Accounts;

namespace Prickle.Api;

/// <summary>
/// The API's errors: problem details (RFC 9457) whose <c>type</c> is one of the field's own words, with the
/// <c>code</c>, <c>detail</c> and <c>attr</c> that existing scripts read.
/// </summary>
public static class ApiProblem
{
    public static ProblemHttpResult NotFound(string detail = "Not found.") =>
        Make(StatusCodes.Status404NotFound, "not_found", detail);

    /// <summary>A value in the request is wrong; <paramref name="attribute"/> names it.</summary>
    public static ProblemHttpResult Invalid(string? attribute, string detail, string code = "invalid_input") =>
        Make(StatusCodes.Status400BadRequest, code, detail, attribute);

    public static ProblemHttpResult Forbidden(string detail, string code = "permission_denied") =>
        Make(StatusCodes.Status403Forbidden, code, detail);

    /// <summary>The refusal for a permission that was not granted.</summary>
    public static ProblemHttpResult Forbidden(Permission permission, Role? role, Resource resource, Level level) =>
        permission == Permission.ScopeMissing
            ? Forbidden($"API key missing required scope '{resource.Scope(level)}'")
            : Forbidden($"The role '{JsonNamingPolicy.SnakeCaseLower.ConvertName(role?.ToString() ?? "none")}' does not allow '{resource.Scope(level)}'");

    /// <summary>A refused change, as the reply to it.</summary>
    public static ProblemHttpResult From(Refusal refusal) => Make(
        refusal.Reason switch
        {
            RefusalReason.NotFound => StatusCodes.Status404NotFound,
            RefusalReason.PermissionDenied => StatusCodes.Status403Forbidden,
            RefusalReason.AlreadyExists or RefusalReason.AlreadySetUp or RefusalReason.LastOwner => StatusCodes.Status409Conflict,
            RefusalReason.Throttled => StatusCodes.Status429TooManyRequests,
            RefusalReason.Unavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        },
        JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Reason.ToString()), refusal.Detail, refusal.Attribute);

    internal static ProblemHttpResult NotAuthenticated(string detail, string code) =>
        Make(StatusCodes.Status401Unauthorized, code, detail);

    internal static ProblemHttpResult TooMany(TimeSpan retryAfter) => Make(
        StatusCodes.Status429TooManyRequests, "throttled",
        $"Request was throttled. Expected available in {RetryAfterSeconds(retryAfter)} seconds.");

    internal static int RetryAfterSeconds(TimeSpan retryAfter) => Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));

    /// <summary>Gives the same form to errors that the framework writes: unread bodies, failed validation, no route.</summary>
    internal static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        problem.Status = status;
        if (problem is HttpValidationProblemDetails validation && validation.Errors.FirstOrDefault() is { Key: not null } first)
        {
            problem.Detail = first.Value.FirstOrDefault();
            problem.Extensions["attr"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(first.Key);
        }
        problem.Type = TypeOf(status);
        problem.Detail ??= problem.Title;
        problem.Extensions.TryAdd("code", CodeOf(status));
        problem.Extensions.TryAdd("attr", null);
    }

    static ProblemHttpResult Make(int status, string code, string detail, string? attribute = null) => TypedResults.Problem(
        detail, statusCode: status, type: TypeOf(status),
        extensions: new Dictionary<string, object?> { ["code"] = code, ["attr"] = attribute });

    static string TypeOf(int status) => status switch
    {
        401 or 403 => "authentication_error",
        429 => "throttled_error",
        400 or 409 or 413 or 415 or 422 => "validation_error",
        >= 500 => "server_error",
        _ => "invalid_request",
    };

    static string CodeOf(int status) => status switch
    {
        400 or 422 => "invalid_input",
        401 => "not_authenticated",
        403 => "permission_denied",
        404 => "not_found",
        405 => "method_not_allowed",
        413 => "too_large",
        415 => "unsupported_media_type",
        429 => "throttled",
        >= 500 => "error",
        _ => "invalid",
    };
}
