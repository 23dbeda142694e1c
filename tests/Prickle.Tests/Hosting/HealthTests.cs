using System.Net;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Hosting;

/// <summary>The shared host has an analytical store at whose address nobody is: one part is away, the others are there.</summary>
public sealed class HealthTests(SharedAccounts shared)
{
    [Fact]
    public async Task Readiness_names_what_is_away_and_its_state_and_nothing_that_a_store_said()
    {
        var host = await shared.StartedAsync();
        using var balancer = host.NewBrowser();
        foreach (var path in (string[])["/_health/ready", "/_readiness"])
        {
            var answer = await balancer.Http.FetchAsync(path).JsonAsync(HttpStatusCode.ServiceUnavailable);
            answer.Text("status").ShouldBe("unavailable");
            answer.GetProperty("away").EnumerateArray().Select(part => part.GetString()).ShouldBe(["analytical_store"]);
            // The reason names an address and a port, which are nobody's business outside.
            answer.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString())
                .ShouldBe(["the analytical store is not ready"]);
        }
    }

    [Theory]
    [InlineData("/_health/capture")]
    [InlineData("/_health/live")]
    [InlineData("/_liveness")]
    public async Task A_node_that_can_show_nothing_still_lives_and_takes_events(string path)
    {
        var host = await shared.StartedAsync();
        using var balancer = host.NewBrowser();
        using var response = await balancer.Http.FetchAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
