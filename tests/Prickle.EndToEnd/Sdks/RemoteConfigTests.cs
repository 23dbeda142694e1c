using System.Text.Json.Nodes;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Sdks;

/// <summary>What the browser SDK is told when a page begins.</summary>
public sealed class RemoteConfigTests(SharedProduct shared)
{
    [Fact]
    public async Task Every_key_that_a_browser_remembers_is_said_outright()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("remote configuration");

        using var response = await running.Http.GetAsync($"/array/{project.Token}/config");
        var config = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        response.Headers.CacheControl!.ToString().ShouldBe("public, max-age=300");
        // A missing list makes every request a preflighted one; a missing opt-out keeps autocapture of new visitors off;
        // a missing sessionRecording keeps what the browser remembers.
        var expected = JsonNode.Parse($$"""
            {
              "token": "{{project.Token}}",
              "supportedCompression": ["gzip", "gzip-js", "base64"],
              "hasFeatureFlags": true,
              "autocapture_opt_out": false,
              "elementsChainAsString": true,
              "analytics": { "endpoint": "/i/v0/e/" },
              "defaultIdentifiedOnly": true,
              "capturePerformance": false,
              "autocaptureExceptions": false,
              "captureDeadClicks": false,
              "heatmaps": false,
              "sessionRecording": false,
              "surveys": false,
              "productTours": false,
              "conversations": false,
              "toolbarParams": {},
              "isAuthenticated": false,
              "siteApps": []
            }
            """);
        JsonNode.DeepEquals(config, expected).ShouldBeTrue(config.ToJsonString());
    }

    [Fact]
    public async Task The_script_hands_over_the_same_and_keeps_what_other_projects_left()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("remote configuration by script");
        var config = await running.Http.GetStringAsync($"/array/{project.Token}/config");

        using var response = await running.Http.GetAsync($"/array/{project.Token}/config.js");
        var script = await response.Content.ReadAsStringAsync();

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/javascript");
        response.Headers.CacheControl!.ToString().ShouldBe("public, max-age=300");
        var said = await CustomerProgram.RunAsync("node", "-e", $$"""
            globalThis.window = { _POSTHOG_REMOTE_CONFIG: { other: 1 } };
            {{script}}
            const all = window._POSTHOG_REMOTE_CONFIG;
            console.log(JSON.stringify({ other: all.other, ...all["{{project.Token}}"] }));
            """);
        JsonNode.DeepEquals(JsonNode.Parse(said), JsonNode.Parse($$"""{"other":1,"config":{{config}},"siteApps":[]}""")).ShouldBeTrue(said);
    }
}
