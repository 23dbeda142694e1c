using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using Prickle.Capture.Receiving;

namespace Prickle.Capture.Sdk;

/// <summary>What SDKs fetch: scripts, configuration, and short lists that are empty while nothing is in them.</summary>
sealed class SdkEndpoints(SdkFiles files, ProjectDirectory projects, CaptureMetrics metrics)
{
    static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/static/{file}.js", Read, (HttpContext context, string file) => files.ServeAsync(context, file));
        routes.MapMethods("/static/{version}/{file}.js", Read,
            (HttpContext context, string version, string file) => files.ServeAsync(context, version, file));
        routes.MapMethods("/array/{token}/config.js", Read, (HttpContext context, string token) => ConfigScriptAsync(context, token, []));
        routes.MapMethods("/array/{token}/array.js", Read, (HttpContext context, string token) => ConfigScriptAsync(context, token, files.Array!));
        routes.MapMethods("/array/{token}/config", Read, ConfigAsync);

        // Nothing is in these lists: the shapes are what the SDKs read without complaint.
        MapEmpty(routes, "/api/surveys", """{"surveys":[]}""");
        MapEmpty(routes, "/api/web_experiments", """{"experiments":[]}""");
        MapEmpty(routes, "/api/product_tours", """{"product_tours":[]}""");
        routes.MapGet("/site_app/{**path}", NoSiteAppAsync);
        routes.MapGet("/site_function/{**path}", NoSiteAppAsync);
    }

    async Task ConfigScriptAsync(HttpContext context, string token, byte[] behind)
    {
        if (await projects.FindByTokenAsync(token, context.RequestAborted) is not { } project)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "application/javascript; charset=utf-8";
        context.Response.Headers.CacheControl = "public, max-age=300";
        await context.Response.Body.WriteAsync(RemoteConfig.Script(project), context.RequestAborted);
        await context.Response.Body.WriteAsync(behind, context.RequestAborted);
    }

    async Task ConfigAsync(HttpContext context, string token)
    {
        if (await projects.FindByTokenAsync(token, context.RequestAborted) is not { } project)
        {
            await CaptureReply.RefusedAsync(context, 404, "not_found", "No project has this token");
            return;
        }

        context.Response.Headers.CacheControl = "public, max-age=300";
        await WriteAsync(context, RemoteConfig.For(project));
    }

    void MapEmpty(IEndpointRouteBuilder routes, string path, string json) => routes.MapMethods(path, Read, async (HttpContext context) =>
    {
        if (await AuthorizeAsync(context, SdkToken.FromRequest(context.Request)) is not null)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(json, context.RequestAborted);
        }
    });

    async Task<Project?> AuthorizeAsync(HttpContext context, string? token)
    {
        if (token is not null && await projects.FindByTokenAsync(token, context.RequestAborted) is { } project)
        {
            return project;
        }

        metrics.RequestRefused("invalid_api_key");
        await CaptureReply.RefusedAsync(context, 401, "invalid_api_key", "No project has this token");
        return null;
    }

    // A page that remembers a site app of another server gets a script that does nothing.
    static Task NoSiteAppAsync(HttpContext context)
    {
        context.Response.ContentType = "application/javascript; charset=utf-8";
        return context.Response.WriteAsync("", context.RequestAborted);
    }

    static Task WriteAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(json)).AsTask();
    }
}
