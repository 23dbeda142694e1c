namespace Prickle.Events;

/// <summary>A piece of code that makes a product send its events here.</summary>
/// <param name="Hint">Where it goes.</param>
public sealed record SdkSnippet(string Name, string Hint, string Code)
{
    /// <summary>The code for each kind of product.</summary>
    /// <param name="host">This server as products reach it, without a slash at the end.</param>
    /// <param name="token">The project's token.</param>
    public static IReadOnlyList<SdkSnippet> All(string host, string token) =>
    [
        new("Web page", "Into the <head> of every page. Page views and clicks are captured from then on.", $$"""
            <script>
              // Calls made before the library has loaded wait in this list.
              window.posthog = Object.assign([], { _i: [], __SV: 1 });
              for (const name of ["capture", "identify", "alias", "group", "register", "reset", "onFeatureFlags"]) {
                posthog[name] = (...values) => posthog.push([name, ...values]);
              }
              posthog._i.push(["{{token}}", {
                api_host: "{{host}}",
                person_profiles: "identified_only",
              }, "posthog"]);
            </script>
            <script async crossorigin="anonymous" src="{{host}}/static/array.js"></script>
            """),
        new("JavaScript module", "After npm install posthog-js, where your application starts.", $$"""
            import posthog from "posthog-js";

            posthog.init("{{token}}", {
              api_host: "{{host}}",
              person_profiles: "identified_only",
            });
            posthog.capture("signed up", { plan: "team" });
            """),
        new("Node.js", "After npm install posthog-node.", $$"""
            import { PostHog } from "posthog-node";

            const client = new PostHog("{{token}}", { host: "{{host}}" });
            client.capture({ distinctId: "user-1", event: "signed up", properties: { plan: "team" } });
            await client.shutdown();
            """),
        new("Python", "After pip install posthog.", $$"""
            from posthog import Posthog

            client = Posthog("{{token}}", host="{{host}}")
            client.capture("signed up", distinct_id="user-1", properties={"plan": "team"})
            client.shutdown()
            """),
        new(".NET", "After dotnet add package PostHog.", $$"""
            using PostHog;

            await using var client = new PostHogClient(new PostHogOptions
            {
                ProjectToken = "{{token}}",
                HostUrl = new Uri("{{host}}"),
            });
            client.Capture("user-1", "signed up", new() { ["plan"] = "team" });
            """),
        new("curl", "From anywhere: one event in one request.", $$"""
            curl {{host}}/capture/ -H 'Content-Type: application/json' -d '{
              "api_key": "{{token}}",
              "event": "signed up",
              "distinct_id": "user-1",
              "properties": { "plan": "team" }
            }'
            """),
    ];
}
