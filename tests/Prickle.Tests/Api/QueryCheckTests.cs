using System.Net;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Api;

/// <summary>What the query of a request says, where it cannot be read.</summary>
public sealed class QueryCheckTests(SharedAccounts shared)
{
    [Theory]
    [InlineData("annotations?date_from=soon", "Failed to bind parameter \"Nullable<DateTimeOffset> from\" from \"soon\".")]
    [InlineData("annotations?dashboard_id=", "Failed to bind parameter \"Nullable<int> dashboardId\" from \"\".")]
    [InlineData("annotations?dashboard_id=1&dashboard_id=2", "Failed to bind parameter \"Nullable<int> dashboardId\" from \"1,2\".")]
    [InlineData("activity_log?user=4711", "Failed to bind parameter \"Nullable<Guid> User\" from \"4711\".")]
    [InlineData("feature_flags?archived=maybe", "Failed to bind parameter \"bool archived\" from \"maybe\".")]
    [InlineData("groups/find", "Required parameter \"string key\" was not provided from query string.")]
    public async Task A_value_that_cannot_be_read_is_refused_in_words(string address, string detail)
    {
        var host = await shared.StartedAsync();
        using var program = await host.OwnerProgramAsync();
        var problem = await program.FetchAsync($"/api/projects/@current/{address}").JsonAsync(HttpStatusCode.BadRequest);
        (problem.Text("type"), problem.Text("code"), problem.Text("detail")).ShouldBe(("validation_error", "invalid_input", detail));
    }

    [Theory]
    [InlineData("annotations?date_from=2026-01-02T03:04:05Z&dashboard_id=7")]
    [InlineData("activity_log?user=7b0c3c1e-0000-4000-8000-0000000000aa")]
    [InlineData("feature_flags?archived=true&active=false")]
    public async Task Values_that_can_be_read_are_heeded(string address)
    {
        var host = await shared.StartedAsync();
        using var program = await host.OwnerProgramAsync();
        (await program.FetchAsync($"/api/projects/@current/{address}").JsonAsync()).GetProperty("count").GetInt64().ShouldBe(0);
    }
}
