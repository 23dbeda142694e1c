using Microsoft.Extensions.Primitives;

namespace Prickle.Capture.Receiving;

/// <summary>
/// Lets pages of any site reach the endpoints that SDKs use. On every answer, errors included: without the headers a
/// browser hides the status, and the SDK takes a clear refusal for a blocked network.
/// </summary>
static class PublicCors
{
    static readonly string[] Prefixes =
    [
        "/e", "/i", "/batch", "/capture", "/track", "/engage", "/s", "/flags", "/decide", "/array", "/static", "/site_app",
        "/site_function", "/api/early_access_features", "/api/surveys", "/api/web_experiments", "/api/product_tours",
        "/api/conversations", "/api/previews", "/api/messages",
    ];

    public static IApplicationBuilder UsePublicCors(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!IsPublic(context.Request.Path))
        {
            return next(context);
        }

        AddHeaders(context);
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });

    static bool IsPublic(PathString path)
    {
        foreach (var prefix in Prefixes)
        {
            if (path.StartsWithSegments(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    static void AddHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        var origin = context.Request.Headers.Origin;
        if (StringValues.IsNullOrEmpty(origin))
        {
            return;
        }

        // Old SDKs send credentials, with which '*' is not allowed: the origin is given back instead.
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlExposeHeaders = "Retry-After";
        headers.Append("Vary", "Origin");
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
            headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders is { Count: > 0 } asked
                ? asked : new StringValues("Content-Type");
            headers.AccessControlMaxAge = "86400";
        }
    }
}
