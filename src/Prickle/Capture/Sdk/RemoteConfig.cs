using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;

namespace Prickle.Capture.Sdk;

/// <summary>
/// What the browser SDK is told at the start of a page. Every key that a browser remembers is said outright: a missing
/// one leaves an old value in force, or switches autocapture off.
/// </summary>
static class RemoteConfig
{
    public static JsonObject For(Project project) => new()
    {
        ["token"] = project.Token,
        ["supportedCompression"] = new JsonArray("gzip", "gzip-js", "base64"),
        ["hasFeatureFlags"] = true,
        ["autocapture_opt_out"] = false,
        ["elementsChainAsString"] = true,
        ["analytics"] = new JsonObject { ["endpoint"] = "/i/v0/e/" },
        ["defaultIdentifiedOnly"] = true,
        ["capturePerformance"] = false,
        ["autocaptureExceptions"] = false,
        ["captureDeadClicks"] = false,
        ["heatmaps"] = false,
        ["sessionRecording"] = false,
        ["surveys"] = false,
        ["productTours"] = false,
        ["conversations"] = false,
        ["toolbarParams"] = new JsonObject(),
        ["isAuthenticated"] = false,
        ["siteApps"] = SiteApps(project),
    };

    /// <summary>Scripts that the SDK adds to pages which allow it; addresses below the host it sends to.</summary>
    static JsonArray SiteApps(Project project)
    {
        (string Name, bool IsOn)[] apps = [("previews", project.HasPreviewsSiteApp), ("messages", project.HasMessagesSiteApp)];
        return [.. apps.Where(app => app.IsOn).Select(app => new JsonObject
        {
            ["id"] = app.Name,
            ["type"] = "site_app",
            ["url"] = $"/static/{app.Name}.js?site_app=1&token={Uri.EscapeDataString(project.Token)}",
        })];
    }

    /// <summary>The script that hands the configuration to the SDK. Safe inside HTML: the default encoder escapes &lt;.</summary>
    public static byte[] Script(Project project)
    {
        var token = JsonSerializer.Serialize(project.Token);
        return Encoding.UTF8.GetBytes(
            $"(function(){{window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{{}};"
            + $"window._POSTHOG_REMOTE_CONFIG[{token}]={{config:{For(project).ToJsonString()},siteApps:[]}};}})();\n");
    }
}
