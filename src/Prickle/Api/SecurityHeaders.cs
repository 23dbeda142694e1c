using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace Prickle.Api;

/// <summary>
/// The headers that keep a page to itself: its scripts, styles, fonts and pictures come from this host alone.
/// Replies that are not pages (capture, SDK files) get no policy, since other sites must be able to use them.
/// </summary>
public static class SecurityHeaders
{
    static readonly object NonceKey = new();

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state => Add((HttpContext)state), context);
        return next(context);
    });

    /// <summary>For the <c>nonce</c> attribute of an inline script on this page.</summary>
    public static string Nonce(HttpContext context)
    {
        if (context.Items[NonceKey] is not string nonce)
        {
            context.Items[NonceKey] = nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        }
        return nonce;
    }

    static Task Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
        {
            var isFramable = context.GetEndpoint()?.Metadata.GetMetadata<FramableAttribute>() is not null;
            if (!isFramable)
            {
                headers.XFrameOptions = "SAMEORIGIN";
            }
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers.ContentSecurityPolicy = PolicyOf(context, isFramable ? "*" : "'self'");
        }
        return Task.CompletedTask;
    }

    // The component library writes style attributes, so styles may be inline; scripts may not.
    static StringValues PolicyOf(HttpContext context, string framers)
    {
        var nonce = context.Items[NonceKey] is string value ? $" 'nonce-{value}'" : "";
        return $"default-src 'self'; script-src 'self'{nonce}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            + "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
            + $"form-action 'self'; frame-ancestors {framers}";
    }
}
