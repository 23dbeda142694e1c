using System.Net;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Flags;

/// <summary>Definitions for SDKs of servers that evaluate themselves.</summary>
public sealed class FlagDefinitionsTests(FlagHost host) : IClassFixture<FlagHost>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/flags/definitions")]
    [InlineData("/flags/definitions/")]
    [InlineData("/api/feature_flag/local_evaluation")]
    [InlineData("/api/feature_flag/local_evaluation/")]
    public async Task Definitions_are_given_with_a_weak_tag_and_not_again(string path)
    {
        var key = $"defined-{Guid.NewGuid():n}";
        await host.CreateAsync(key, """{"groups":[{"properties":[{"key":"plan","type":"person","operator":"exact","value":["pro"]}],"rollout_percentage":50}],"payloads":{"true":"1"}}""");
        using var program = await host.Host.ProgramAsync(AccountsHost.OwnerEmail, "feature_flag:read");
        var address = $"{path}?token={host.Project.Token}&send_cohorts";
        using var first = await program.GetAsync(address, Cancellation);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Headers.ETag!.IsWeak.ShouldBeTrue();
        first.Headers.CacheControl!.ToString().ShouldContain("must-revalidate");
        var body = JsonElement.Parse(await first.Content.ReadAsStringAsync(Cancellation));
        var flag = body.GetProperty("flags").EnumerateArray().Single(one => one.GetProperty("key").GetString() == key);
        flag.GetProperty("filters").GetProperty("groups")[0].GetProperty("properties")[0].GetProperty("value")[0].GetString().ShouldBe("pro");
        flag.GetProperty("filters").GetProperty("payloads").GetProperty("true").GetString().ShouldBe("1");
        (flag.GetProperty("active").GetBoolean(), flag.GetProperty("deleted").GetBoolean()).ShouldBe((true, false));
        body.GetProperty("group_type_mapping").ValueKind.ShouldBe(JsonValueKind.Object);

        // Weakly compared: the tag comes back with and without its mark.
        foreach (var tag in new[] { first.Headers.ETag.ToString(), first.Headers.ETag.Tag })
        {
            using var again = new HttpRequestMessage(HttpMethod.Get, address);
            again.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var unchanged = await program.SendAsync(again, Cancellation);
            unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            (await unchanged.Content.ReadAsByteArrayAsync(Cancellation)).ShouldBeEmpty();
            unchanged.Headers.ETag.ShouldBe(first.Headers.ETag);
        }

        await host.CreateAsync($"{key}-2", """{"groups":[{}]}""");
        using var changed = new HttpRequestMessage(HttpMethod.Get, address);
        changed.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag.ToString());
        using var anew = await program.SendAsync(changed, Cancellation);
        anew.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_dependency_is_sent_with_its_chain_that_ends_in_the_flag_itself()
    {
        var grandparent = (await host.CreateAsync("grandparent", """{"groups":[{}]}""")).GetProperty("id").GetInt32();
        await host.CreateAsync("parent", $$"""{"groups":[{"properties":[{"key":"{{grandparent}}","type":"flag","value":true}]}]}""");
        await host.CreateAsync("child", """{"groups":[{"properties":[{"key":"parent","type":"flag","value":true}]}]}""");
        var (_, body) = await host.SendAsync(HttpMethod.Get, $"/flags/definitions?token={host.Project.Token}");
        JsonElement Condition(string key) => body.GetProperty("flags").EnumerateArray().Single(one => one.GetProperty("key").GetString() == key)
            .GetProperty("filters").GetProperty("groups")[0].GetProperty("properties")[0];
        Condition("child").GetProperty("dependency_chain").EnumerateArray().Select(key => key.GetString()).ShouldBe(["grandparent", "parent"]);
        Condition("parent").GetProperty("key").GetString().ShouldBe("grandparent");
    }

    [Fact]
    public async Task A_member_who_was_taken_out_gets_no_definitions_from_then_on()
    {
        var path = $"/flags/definitions?token={host.Project.Token}";
        var member = await host.Host.JoinAsync(Role.Member, "leaver@burrow.example");
        using var program = await host.Host.ProgramAsync("leaver@burrow.example", "feature_flag:read");
        (await host.SendAsync(HttpMethod.Get, path, client: program)).Status.ShouldBe(HttpStatusCode.OK);
        (await host.Get<Members>().RemoveAsync(await host.Host.OrganizationAsync(), member.UserId, Cancellation)).ShouldBeOfType<Outcome<Member>.Done>();
        (await host.SendAsync(HttpMethod.Get, path, client: program)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_gets_definitions_without_a_key_that_reads_flags_there()
    {
        var path = $"/flags/definitions?token={host.Project.Token}";
        (await host.SendAsync(HttpMethod.Get, path, client: host.Sdk)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var unknown = host.Host.Program("phx_of_nobody");
        (await host.SendAsync(HttpMethod.Get, path, client: unknown)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var narrow = await host.Host.ProgramAsync(AccountsHost.OwnerEmail, "event:read");
        (await host.SendAsync(HttpMethod.Get, path, client: narrow)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await host.SendAsync(HttpMethod.Get, "/flags/definitions?token=phc_of_nobody")).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
