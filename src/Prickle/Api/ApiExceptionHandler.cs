using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Prickle.Api;

/// <summary>Turns what escapes an API endpoint into a problem: a body that cannot be read is the caller's, all else ours.</summary>
sealed partial class ApiExceptionHandler(IProblemDetailsService problems, ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (!context.Request.Path.StartsWithSegments("/api"))
        {
            return false;
        }
        var refusal = exception as BadHttpRequestException;
        if (refusal is null)
        {
            LogFailure(exception, context.Request.Method, context.Request.Path);
        }
        context.Response.StatusCode = refusal?.StatusCode ?? StatusCodes.Status500InternalServerError;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails
            {
                Status = context.Response.StatusCode,
                Detail = refusal is null
                    ? "The request failed in the server. Its log says more."
                    : refusal.InnerException?.Message ?? refusal.Message,
            },
        });
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    partial void LogFailure(Exception exception, string method, PathString path);
}
