using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Capture;

/// <summary>Every capture path with every encoding, and every place where a token or an event may stand.</summary>
public sealed class RawShapeTests(SharedProduct shared)
{
    /// <summary>Content type, content encoding, query, and what is done to the JSON.</summary>
    static readonly Dictionary<string, (string Type, string? Encoding, string Query, Func<byte[], byte[]> Pack)> Encodings = new()
    {
        ["plain"] = ("application/json", null, "", json => json),
        ["gzip without a label"] = ("text/plain", null, "", Packed.Gzip),
        ["gzip with a hint"] = ("text/plain", null, "?compression=gzip-js", Packed.Gzip),
        ["gzip with a header"] = ("application/json", "gzip", "", Packed.Gzip),
        ["deflate"] = ("application/json", "deflate", "", Packed.Deflate),
        ["br"] = ("application/json", "br", "", Packed.Brotli),
        ["zstd"] = ("application/json", "zstd", "", Packed.Zstandard),
        ["base64 form"] = ("application/x-www-form-urlencoded", null, "?compression=base64", Packed.Form),
        ["base64 form without a hint"] = ("application/x-www-form-urlencoded", null, "", Packed.Form),
    };

    [Theory]
    [InlineData("/e")]
    [InlineData("/i/v0/e")]
    [InlineData("/batch")]
    [InlineData("/capture")]
    [InlineData("/track")]
    [InlineData("/engage")]
    [InlineData("/i/v0/ai")]
    [InlineData("/i/v0/ai/batch")]
    public async Task A_path_takes_every_encoding_with_and_without_a_slash(string path)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync(path);
        var expected = new List<string>();
        foreach (var slash in (string[])["", "/"])
        {
            foreach (var (name, (type, encoding, query, pack)) in Encodings)
            {
                var id = name + slash;
                var json = $$$"""{"api_key":"{{{project.Token}}}","batch":[{"event":"sent","distinct_id":"{{{id}}}","properties":{}}]}""";
                using var body = new ByteArrayContent(pack(Encoding.UTF8.GetBytes(json)));
                body.Headers.ContentType = new MediaTypeHeaderValue(type);
                if (encoding is not null)
                {
                    body.Headers.ContentEncoding.Add(encoding);
                }
                await ShouldBeAcceptedAsync(running.Http.PostAsync(path + slash + query, body), id);
                expected.Add(id);
            }

            var data = Uri.EscapeDataString(Packed.Lz64);
            using var lz = new StringContent($"data={data}", Encoding.ASCII, "application/x-www-form-urlencoded");
            await ShouldBeAcceptedAsync(running.Http.PostAsync($"{path}{slash}?compression=lz64&token={project.Token}", lz), "lz64");
            expected.Add("lz64");
        }

        var events = await running.Store.WaitForEventsAsync(project.Id, expected.Count);
        events.Select(stored => stored.DistinctId).ShouldBe(expected, ignoreOrder: true);
    }

    [Theory]
    [InlineData("/e/")]
    [InlineData("/track/")]
    [InlineData("/capture")]
    public async Task An_event_in_the_address_of_a_GET_is_stored(string path)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync($"GET {path}");
        var json = $$$"""{"token":"{{{project.Token}}}","event":"sent","distinct_id":"ö>?","properties":{}}""";
        var base64 = Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(json)));

        await ShouldBeAcceptedAsync(running.Http.GetAsync($"{path}?data={base64}&ip=1&_=1795389628547"), "base64");
        await ShouldBeAcceptedAsync(running.Http.GetAsync($"{path}?data={Uri.EscapeDataString(json)}"), "plain");

        (await running.Store.WaitForEventsAsync(project.Id, 2)).ShouldAllBe(stored => stored.DistinctId == "ö>?");
    }

    [Theory]
    [InlineData("""{"api_key":"TOKEN","event":"sent","distinct_id":"a"}""", "", false)]
    [InlineData("""{"token":"TOKEN","batch":[{"event":"sent","distinct_id":"a"}]}""", "", false)]
    [InlineData("""[{"event":"sent","distinct_id":"a","token":"TOKEN"}]""", "", false)]
    [InlineData("""[{"event":"sent","distinct_id":"a","api_key":"TOKEN"}]""", "", false)]
    [InlineData("""{"event":"sent","properties":{"distinct_id":"a","token":"TOKEN"}}""", "", false)]
    [InlineData("""{"event":"sent","distinct_id":"a"}""", "?token=TOKEN", false)]
    [InlineData("""{"event":"sent","distinct_id":"a"}""", "?api_key=TOKEN", false)]
    [InlineData("""{"event":"sent","distinct_id":"a"}""", "", true)]
    public async Task The_token_is_found_where_SDKs_put_it(string body, string query, bool asBearer)
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("token");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/e/" + query.Replace("TOKEN", project.Token, StringComparison.Ordinal));
        request.Content = new StringContent(body.Replace("TOKEN", project.Token, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        request.Headers.Authorization = asBearer ? new AuthenticationHeaderValue("Bearer", project.Token) : null;

        await ShouldBeAcceptedAsync(running.Http.SendAsync(request), body);

        (await running.Store.WaitForEventsAsync(project.Id, 1)).Single().DistinctId.ShouldBe("a");
    }

    [Fact]
    public async Task The_newer_protocol_answers_for_each_uuid()
    {
        const string good = "01890a5d-ac96-774b-bcce-b302099a8057";
        const string bad = "01890a5d-ac96-774b-bcce-b302099a8058";
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("analytics events");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/i/v1/analytics/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", project.Token);
        request.Content = new StringContent($$$"""
            {"created_at":"2026-11-20T10:00:00Z","batch":[
              {"event":"sent","uuid":"{{{good}}}","distinct_id":"a","timestamp":"2026-11-20T09:59:59Z","session_id":"s-1","properties":{}},
              {"event":"sent","uuid":"{{{bad}}}","timestamp":"2026-11-20T09:59:59Z","properties":{}}]}
            """, Encoding.UTF8, "application/json");

        using var response = await running.Http.SendAsync(request);

        var results = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("results");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        results.GetProperty(good).GetProperty("result").GetString().ShouldBe("ok");
        results.GetProperty(bad).GetProperty("result").GetString().ShouldBe("drop");
        var stored = (await running.Store.WaitForEventsAsync(project.Id, 1)).Single();
        (stored.Uuid, stored.SessionId).ShouldBe((Guid.Parse(good), "s-1"));
    }

    static async Task ShouldBeAcceptedAsync(Task<HttpResponseMessage> sending, string what)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{what}: {text}");
        text.ShouldBe("""{"status":"Ok"}""");
    }
}
