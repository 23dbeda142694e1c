using System.Text.Json;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Flags;

/// <summary>The browser SDK as npm delivers it reads flags on a customer's page; the API explains the same.</summary>
public sealed class BrowserFlagTests(SharedProduct shared, Chromium chromium)
{
    [Theory]
    [InlineData("posthog-js-old")]
    [InlineData("posthog-js-middle")]
    [InlineData("posthog-js")]
    public async Task A_page_gets_flags_variants_and_payloads_and_keeps_them_after_signing_in(string package)
    {
        var running = await shared.StartedAsync();
        await using var site = await CustomerSite.StartAsync();
        await using var visitor = await chromium.NewVisitorAsync();
        var project = await running.Api.NewProjectAsync($"{package} flags");
        var flags = $"/api/projects/{project.Id}/feature_flags";
        await running.Api.PostAsync(flags, JsonElement.Parse("""{"key":"everyone","filters":{"groups":[{"rollout_percentage":100}],"payloads":{"true":"{\"rows\":5}"}}}"""));
        await running.Api.PostAsync(flags, JsonElement.Parse("""{"key":"nobody","filters":{"groups":[{"rollout_percentage":0}]}}"""));
        var split = (await running.Api.PostAsync(flags, JsonElement.Parse("""
            {"key":"split","ensure_experience_continuity":true,
             "filters":{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":25},{"key":"b","rollout_percentage":25},{"key":"c","rollout_percentage":50}]}}}
            """))).GetProperty("id").GetInt32();
        await running.Api.PostAsync(flags, JsonElement.Parse("""{"key":"for-pros","filters":{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}]}]}}"""));
        var home = site.Publish("flags", $$"""
            <script type="module">
              import posthog from "{{site.Origin}}npm/{{package}}/dist/module.js";
              posthog.init("{{project.Token}}", { api_host: "{{running.Process.Address.GetLeftPart(UriPartial.Authority)}}", person_profiles: "identified_only" });
              window.posthog = posthog;
              window.loads = 0;
              posthog.onFeatureFlags(() => { window.loads++; });
            </script>
            """, "");
        var page = visitor.Page;
        await page.GotoAsync(home);
        await page.WaitForFunctionAsync("() => window.loads > 0 && window.posthog.getFeatureFlag('split') !== undefined");

        (await page.EvaluateAsync<bool?>("() => posthog.isFeatureEnabled('everyone')")).ShouldBe(true);
        (await page.EvaluateAsync<bool?>("() => posthog.isFeatureEnabled('nobody')")).ShouldBe(false);
        (await page.EvaluateAsync<bool?>("() => posthog.isFeatureEnabled('for-pros')")).ShouldBe(false);
        (await page.EvaluateAsync<int>("() => posthog.getFeatureFlagPayload('everyone').rows")).ShouldBe(5);
        var (anonymous, before) = (await page.EvaluateAsync<string>("() => posthog.get_distinct_id()"), await page.EvaluateAsync<string>("() => posthog.getFeatureFlag('split')"));
        var explained = await running.Api.GetAsync($"{flags}/{split}/explain?distinct_id={anonymous}");
        explained.GetProperty("variant").GetString().ShouldBe(before);

        // Signing in brings the plan, and another id: the variant stays.
        await page.EvaluateAsync("() => { window.loads = 0; posthog.identify('member-1', { plan: 'pro' }); }");
        await page.WaitForFunctionAsync("() => window.loads > 0 && window.posthog.isFeatureEnabled('for-pros') === true");
        (await page.EvaluateAsync<string>("() => posthog.getFeatureFlag('split')")).ShouldBe(before);
        // Also for who asks about that person from elsewhere.
        using var content = new StringContent($$"""{"token":"{{project.Token}}","distinct_id":"member-1"}""");
        using var answer = await running.Http.PostAsync("/flags/?v=2", content);
        JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("flags").GetProperty("split").GetProperty("variant").GetString().ShouldBe(before);
        visitor.Complaints.ShouldBeEmpty();
    }
}
