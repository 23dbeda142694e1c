using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Cohorts;
using Prickle.Filters;
using Prickle.Flags;
using Prickle.Flags.Storage;
using Prickle.Storage;

namespace Prickle.Tests.Flags;

/// <summary>What SDKs send to /flags and /decide, and what they are told. P1 is out of half of new-nav, P2 and P3 are in it.</summary>
public sealed class FlagsWireTests(FlagHost host) : IClassFixture<FlagHost>, IAsyncLifetime
{
    const string Half = """{"groups":[{"properties":[],"rollout_percentage":50}],"payloads":{"true":"{\"a\":1}"}}""";
    const string Split = """{"groups":[{}],"multivariate":{"variants":[{"key":"test","rollout_percentage":100}]},"payloads":{"test":"2"}}""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (await host.Get<FlagQueries>().FindByKeyAsync(host.Project.Id, "new-nav", Cancellation) is null)
        {
            await host.CreateAsync("new-nav", Half);
            await host.CreateAsync("split", Split);
            await host.CreateAsync("off", Half, ",\"active\":false");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("P1", false, "out_of_rollout_bound")]
    [InlineData("P2", true, "condition_match")]
    [InlineData("P3", true, "condition_match")]
    public async Task Details_name_the_reason_and_hold_the_payload_as_text(string id, bool isOn, string reason)
    {
        var answer = await host.FlagsAsync($"\"distinct_id\":\"{id}\"");
        var flag = answer.GetProperty("flags").GetProperty("new-nav");
        flag.GetProperty("key").GetString().ShouldBe("new-nav");
        flag.GetProperty("enabled").GetBoolean().ShouldBe(isOn);
        flag.GetProperty("variant").ValueKind.ShouldBe(JsonValueKind.Null);
        flag.GetProperty("reason").GetProperty("code").GetString().ShouldBe(reason);
        flag.GetProperty("reason").GetProperty("condition_index").GetInt32().ShouldBe(0);
        var metadata = flag.GetProperty("metadata");
        metadata.GetProperty("id").GetInt32().ShouldBeGreaterThan(0);
        metadata.GetProperty("version").GetInt32().ShouldBe(1);
        metadata.GetProperty("payload").GetString().ShouldBe(isOn ? "{\"a\":1}" : null);
        answer.GetProperty("flags").GetProperty("split").GetProperty("variant").GetString().ShouldBe("test");
        answer.GetProperty("flags").GetProperty("off").GetProperty("reason").GetProperty("code").GetString().ShouldBe("flag_disabled");
        answer.GetProperty("errorsWhileComputingFlags").GetBoolean().ShouldBeFalse();
        answer.GetProperty("requestId").GetGuid().ShouldNotBe(Guid.Empty);
        answer.GetProperty("evaluatedAt").GetInt64().ShouldBe(host.Host.Time.GetUtcNow().ToUnixTimeMilliseconds());
        answer.TryGetProperty("supportedCompression", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/flags/?v=2&config=true", true, true)]
    [InlineData("/flags", true, true)]
    [InlineData("/flags?v=1", false, false)]
    [InlineData("/decide?v=4", true, true)]
    [InlineData("/decide?v=3", false, true)]
    public async Task The_configuration_of_pages_is_merged_where_it_is_asked_for(string path, bool hasDetails, bool hasConfig)
    {
        var answer = await host.FlagsAsync("\"distinct_id\":\"P2\"", path);
        answer.TryGetProperty("flags", out _).ShouldBe(hasDetails);
        answer.TryGetProperty("supportedCompression", out _).ShouldBe(hasConfig);
        answer.GetProperty("featureFlags").GetProperty("new-nav").GetBoolean().ShouldBeTrue();
        answer.GetProperty("featureFlags").GetProperty("split").GetString().ShouldBe("test");
        answer.GetProperty("featureFlagPayloads").GetProperty("new-nav").GetString().ShouldBe("{\"a\":1}");
    }

    [Fact]
    public async Task Older_forms_leave_out_what_is_off()
    {
        var keys = (await host.FlagsAsync("\"distinct_id\":\"P1\"", "/decide")).GetProperty("featureFlags").EnumerateArray().Select(key => key.GetString()).ToList();
        keys.ShouldContain("split");
        keys.ShouldNotContain("new-nav");
        keys.ShouldNotContain("off");
        var enabled = (await host.FlagsAsync("\"distinct_id\":\"P1\"", "/decide/?v=2")).GetProperty("featureFlags");
        enabled.EnumerateObject().Select(flag => flag.Name).ShouldBe(keys!);
        var all = (await host.FlagsAsync("\"distinct_id\":\"P1\"", "/decide/?v=3")).GetProperty("featureFlags");
        all.GetProperty("new-nav").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Every_encoding_of_SDKs_is_understood()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"token":"{{host.Project.Token}}","distinct_id":"P2","groups":{} }""");
        var zipped = Zip(json);
        var form = $"data={Uri.EscapeDataString(Convert.ToBase64String(json))}";
        foreach (var (path, body, type, encoding) in new (string, byte[], string, string?)[]
        {
            ("/flags/?v=2", zipped, "text/plain", null),
            ("/flags/?v=2&compression=gzip-js", zipped, "text/plain", null),
            ("/flags/?v=2&compression=base64", Encoding.ASCII.GetBytes(form), "application/x-www-form-urlencoded", null),
            ("/flags?v=2", json, "application/json", null),
            ("/flags/?v=2", zipped, "application/json", "gzip"),
            ("/decide/?v=4&compression=base64", Encoding.ASCII.GetBytes(form), "application/x-www-form-urlencoded", null),
        })
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            if (encoding is not null)
            {
                content.Headers.ContentEncoding.Add(encoding);
            }
            using var response = await host.Sdk.PostAsync(path, content, Cancellation);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation));
            answer.GetProperty("flags").GetProperty("new-nav").GetProperty("enabled").GetBoolean().ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Old_names_of_members_and_numbers_as_ids_are_understood_and_NaN_is_null()
    {
        var (_, answer) = await host.SendAsync(HttpMethod.Post, "/flags/?v=2", $$"""{"api_key":"{{host.Project.Token}}","$distinct_id":7,"$properties":{"a":NaN} }""", host.Sdk);
        answer.GetProperty("flags").GetProperty("split").GetProperty("enabled").GetBoolean().ShouldBeTrue();
        var keys = (await host.FlagsAsync("\"distinct_id\":\"\",\"flag_keys\":[\"split\"]")).GetProperty("flags");
        keys.EnumerateObject().Select(flag => flag.Name).ShouldBe(["split"]);
    }

    [Theory]
    [InlineData("""{"token":"TOKEN"}""", 400, "missing_distinct_id", "validation_error")]
    [InlineData("""[{"token":"TOKEN"}]""", 400, "invalid_payload", "validation_error")]
    [InlineData("""{"token":""", 400, "invalid_payload", "validation_error")]
    [InlineData("""{"token":"phc_of_nobody","distinct_id":"a"}""", 401, "invalid_api_key", "authentication_error")]
    [InlineData("""{"distinct_id":"a"}""", 401, "invalid_api_key", "authentication_error")]
    public async Task What_cannot_be_answered_is_refused_in_the_form_of_SDKs(string body, int status, string code, string type)
    {
        var (given, problem) = await host.SendAsync(HttpMethod.Post, "/flags/?v=2", body.Replace("TOKEN", host.Project.Token, StringComparison.Ordinal), host.Sdk);
        ((int)given).ShouldBe(status);
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("type").GetString().ShouldBe(type);
        problem.GetProperty("attr").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Ten_megabytes_of_properties_are_refused()
    {
        var (status, problem) = await host.SendAsync(
            HttpMethod.Post, "/flags/?v=2", $$"""{"token":"{{host.Project.Token}}","distinct_id":"a","person_properties":{"a":"{{new string('x', 10_000_000)}}"} }""", host.Sdk);
        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        problem.GetProperty("detail").GetString()!.ShouldContain("person_properties");
    }

    [Fact]
    public async Task Who_asks_without_a_body_gets_the_form_without_flags()
    {
        var (status, answer) = await host.SendAsync(HttpMethod.Get, $"/flags/?v=2&token={host.Project.Token}", client: host.Sdk);
        status.ShouldBe(HttpStatusCode.OK);
        answer.GetProperty("flags").EnumerateObject().ShouldBeEmpty();
        (await host.SendAsync(HttpMethod.Head, $"/flags/?v=2&token={host.Project.Token}", client: host.Sdk)).Status.ShouldBe(HttpStatusCode.OK);
        (await host.SendAsync(HttpMethod.Options, "/flags/?v=2", client: host.Sdk)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.FlagsAsync("\"distinct_id\":\"a\",\"disable_flags\":true")).GetProperty("flags").EnumerateObject().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_property_of_the_person_decides_and_what_the_request_says_wins()
    {
        await host.AddPersonAsync("stored-pro", """{"level":"pro"}""");
        await host.CreateAsync("for-pros", """{"groups":[{"properties":[{"key":"level","type":"person","value":"free"}],"rollout_percentage":0},{"properties":[{"key":"level","type":"person","value":"pro"}]}]}""");
        async Task<JsonElement> AskAsync(string rest) => (await host.FlagsAsync($"\"distinct_id\":\"stored-pro\"{rest}")).GetProperty("flags").GetProperty("for-pros");

        var stored = await AskAsync("");
        stored.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        stored.GetProperty("reason").GetProperty("condition_index").GetInt32().ShouldBe(1);
        stored.GetProperty("reason").GetProperty("description").GetString().ShouldBe("Matched condition set 2");
        (await AskAsync(",\"person_properties\":{\"level\":\"free\"}")).GetProperty("reason").GetProperty("code").GetString().ShouldBe("out_of_rollout_bound");

        // The person changes: so does the next answer.
        await using (var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Cancellation))
        {
            await database.Set<Prickle.Persons.Storage.PersonRow>().Where(row => row.Properties.Contains("\"level\""))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Properties, """{"level":"team"}"""), Cancellation);
        }
        (await AskAsync("")).GetProperty("reason").GetProperty("code").GetString().ShouldBe("no_condition_match");
    }

    [Fact]
    public async Task Contexts_and_runtimes_choose_the_flags()
    {
        await host.CreateAsync("only-docs", Split, ",\"evaluation_contexts\":[\"docs\"]");
        await host.CreateAsync("only-servers", Split, ",\"evaluation_runtime\":\"server\"");
        async Task<string[]> AskAsync(string rest) => [.. (await host.FlagsAsync($"\"distinct_id\":\"a\"{rest}")).GetProperty("flags").EnumerateObject().Select(flag => flag.Name)];
        (await AskAsync("")).ShouldNotContain("only-docs");
        (await AskAsync(",\"evaluation_contexts\":[\"docs\"]")).ShouldContain("only-docs");
        (await AskAsync(",\"evaluation_environments\":[\"Docs\"]")).ShouldContain("only-docs");
        (await AskAsync(",\"evaluation_runtime\":\"client\"")).ShouldNotContain("only-servers");
        (await AskAsync(",\"evaluation_runtime\":\"server\"")).ShouldContain("only-servers");
    }

    [Fact]
    public async Task Whoever_had_it_before_signing_in_has_it_after()
    {
        // P2 was in; who they sign in as would be out.
        var id = (await host.CreateAsync("continuous", Half.Replace("50", "13", StringComparison.Ordinal), ",\"ensure_experience_continuity\":true")).GetProperty("id").GetInt32();
        bool In(string who) => Prickle.Flags.Evaluation.FlagHash.Of("continuous", who, "") <= 0.13;
        var before = Enumerable.Range(0, 1000).Select(number => $"visitor-{number}").First(In);
        var after = Enumerable.Range(0, 1000).Select(number => $"member-{number}").First(who => !In(who));
        await host.AddPersonAsync(after, "{}", before);
        async Task<bool> AskAsync(string rest) => (await host.FlagsAsync(rest)).GetProperty("flags").GetProperty("continuous").GetProperty("enabled").GetBoolean();

        (await AskAsync($"\"distinct_id\":\"{after}\"")).ShouldBeFalse();
        (await AskAsync($"\"distinct_id\":\"{after}\",\"$anon_distinct_id\":\"{before}\"")).ShouldBeTrue();
        // From now on, from every device, and by every id of theirs.
        (await AskAsync($"\"distinct_id\":\"{after}\"")).ShouldBeTrue();
        await using var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Cancellation);
        var kept = await database.Set<FlagHashKeyRow>().SingleAsync(row => row.FlagId == id, Cancellation);
        kept.HashKey.ShouldBe(before);
        // The first stays: signing in again from elsewhere changes nothing.
        (await AskAsync($"\"distinct_id\":\"{after}\",\"$anon_distinct_id\":\"somebody-else\"")).ShouldBeTrue();
    }

    [Fact]
    public async Task Members_of_a_static_cohort_are_looked_up_and_a_cohort_of_properties_is_judged()
    {
        var grant = await host.Host.ProjectAsync();
        var member = await host.AddPersonAsync("cohort-member");
        var cohort = (await host.Get<CohortAdministration>().CreateStaticAsync(grant, "Chosen", [member], Cancellation))
            .ShouldBeOfType<Outcome<CohortProfile>.Done>().Value.Id;
        var criteria = new CohortGroup(FilterJoin.And, [new PersonCriterion(new PropertyFilter("den", "exact", ["oak"], "person"))]);
        var dynamic = (await host.Get<CohortAdministration>().CreateAsync(grant, new CohortSettings { Name = "Oak", Filters = new(criteria) }, Cancellation))
            .ShouldBeOfType<Outcome<CohortProfile>.Done>().Value.Id;
        await host.CreateAsync("for-chosen", $$"""{"groups":[{"properties":[{"key":"id","type":"cohort","value":{{cohort}} }]}]}""");
        await host.CreateAsync("for-oaks", $$"""{"groups":[{"properties":[{"key":"id","type":"cohort","value":{{dynamic}} }]}]}""");
        async Task<(bool, bool)> AskAsync(string rest)
        {
            var flags = (await host.FlagsAsync(rest)).GetProperty("flags");
            return (flags.GetProperty("for-chosen").GetProperty("enabled").GetBoolean(), flags.GetProperty("for-oaks").GetProperty("enabled").GetBoolean());
        }
        (await AskAsync("\"distinct_id\":\"cohort-member\"")).ShouldBe((true, false));
        (await AskAsync("\"distinct_id\":\"nobody\",\"person_properties\":{\"den\":\"oak\"}")).ShouldBe((false, true));

        // Whoever wants to delete a cohort learns of the flag.
        (await host.Get<CohortAdministration>().DeleteAsync(grant, cohort, false, Cancellation))
            .ShouldBeOfType<Outcome<CohortProfile>.Refused>().Refusal.Detail.ShouldContain("for-chosen");
    }

    [Fact]
    public async Task A_broken_flag_fails_alone_and_never_the_request()
    {
        var id = (await host.CreateAsync("torn", Half)).GetProperty("id").GetInt32();
        await using (var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Cancellation))
        {
            await database.Set<FlagRow>().Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Filters, "{torn"), Cancellation);
            await database.Set<FlagEditionRow>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Edition, row => row.Edition + 1), Cancellation);
        }
        host.Host.Time.Advance(FlagDirectory.Refresh);
        var answer = await host.FlagsAsync("\"distinct_id\":\"P2\"");
        answer.GetProperty("errorsWhileComputingFlags").GetBoolean().ShouldBeTrue();
        answer.GetProperty("flags").GetProperty("torn").GetProperty("failed").GetBoolean().ShouldBeTrue();
        answer.GetProperty("flags").GetProperty("new-nav").GetProperty("enabled").GetBoolean().ShouldBeTrue();
        answer.GetProperty("featureFlags").TryGetProperty("torn", out _).ShouldBeFalse();
        (await host.SendAsync(HttpMethod.Delete, $"{host.Path}/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.FlagsAsync("\"distinct_id\":\"P2\"")).GetProperty("errorsWhileComputingFlags").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_change_of_another_node_is_seen_after_a_few_seconds()
    {
        var id = (await host.CreateAsync("elsewhere", Half.Replace("50", "100", StringComparison.Ordinal))).GetProperty("id").GetInt32();
        async Task<bool> AskAsync() => (await host.FlagsAsync("\"distinct_id\":\"P2\"")).GetProperty("flags").GetProperty("elsewhere").GetProperty("enabled").GetBoolean();
        (await AskAsync()).ShouldBeTrue();
        await using (var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Cancellation))
        {
            await database.Set<FlagRow>().Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Active, false), Cancellation);
            await database.Set<FlagEditionRow>().ExecuteUpdateAsync(set => set.SetProperty(row => row.Edition, row => row.Edition + 1), Cancellation);
        }
        (await AskAsync()).ShouldBeTrue();
        host.Host.Time.Advance(FlagDirectory.Refresh);
        (await AskAsync()).ShouldBeFalse();
    }

    static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(zipped, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return zipped.ToArray();
    }
}
