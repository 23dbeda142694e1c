using System.Net;
using System.Text;
using System.Text.Json;
using Prickle.EndToEnd.Capture;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Sdks;

/// <summary>Requests as the Python and .NET SDKs write them. Python takes nothing but 200 for success, .NET nothing but JSON.</summary>
public sealed class ServerSdkBodyTests(SharedProduct shared)
{
    const string Uuid = "01890a5d-ac96-774b-bcce-b302099a8057";

    [Fact]
    public async Task A_gzip_batch_of_the_Python_SDK_is_stored()
    {
        var (running, project) = await NewAsync("python");
        using var body = new ByteArrayContent(Packed.Gzip(Encoding.UTF8.GetBytes($$$"""
            {"batch": [{"properties": {"plan": "team", "score": NaN, "$lib": "posthog-python", "$lib_version": "6.7.0", "$geoip_disable": true},
             "timestamp": "2026-11-20T10:11:12.131415+00:00", "distinct_id": "user-1", "event": "plan changed", "uuid": "{{{Uuid}}}"}],
             "historical_migration": false, "sentAt": "2026-11-20T10:11:12.500000+00:00", "api_key": "{{{project.Token}}}"}
            """)));
        body.Headers.ContentType = new("application/json");
        body.Headers.ContentEncoding.Add("gzip");

        await ShouldBeAcceptedAsync(running, "/batch/", body, "posthog-python/6.7.0");

        var stored = (await running.Store.WaitForEventsAsync(project.Id, 1)).Single();
        stored.Uuid.ShouldBe(Guid.Parse(Uuid));
        stored.Timestamp.ShouldBe("2026-11-20 10:11:12.131415");
        stored.Property("plan").ShouldBe("team");
        stored.Property("score").ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task A_batch_of_the_NET_SDK_without_slash_and_sent_at_is_stored()
    {
        var (running, project) = await NewAsync("dotnet");
        using var body = Json($$$"""
            {"api_key":"{{{project.Token}}}","historical_migrations":false,"batch":[
              {"event":"plan changed","distinct_id":"user-1","properties":{"plan":"team","$lib":"posthog-dotnet","$is_server":true},
               "timestamp":"2026-11-20T10:11:12.1314159+00:00"},
              {"event":"plan changed","distinct_id":"user-2","properties":{"plan":"solo","$lib":"posthog-dotnet"},
               "timestamp":"2026-11-20T12:11:12.1314159+02:00"}]}
            """);

        await ShouldBeAcceptedAsync(running, "/batch", body, "posthog-dotnet/2.13.0");

        var events = await running.Store.WaitForEventsAsync(project.Id, 2);
        events.ShouldAllBe(stored => stored.Timestamp == "2026-11-20 10:11:12.131415");
    }

    [Fact]
    public async Task An_identify_of_the_NET_SDK_sets_the_properties_of_a_person()
    {
        var (running, project) = await NewAsync("dotnet identify");
        using var body = Json($$$"""
            {"api_key":"{{{project.Token}}}","event":"$identify","distinct_id":"user-1",
             "properties":{"$set":{"email":"user-1@example.com"},"$lib":"posthog-dotnet"},"timestamp":"2026-11-20T10:11:12.1314159+00:00"}
            """);

        await ShouldBeAcceptedAsync(running, "/capture", body, "posthog-dotnet/2.13.0");

        await running.Store.WaitForEventsAsync(project.Id, 1);
        var person = (await running.Api.GetAsync($"/api/projects/{project.Id}/persons?distinct_id=user-1"))
            .GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        person.GetProperty("properties").GetProperty("email").GetString().ShouldBe("user-1@example.com");
    }

    [Fact]
    public async Task An_event_by_curl_sent_again_is_stored_once()
    {
        var (running, project) = await NewAsync("curl");
        for (var time = 0; time < 2; time++)
        {
            using var body = Json($$"""{"api_key":"{{project.Token}}","event":"signed up","distinct_id":"user-1","uuid":"{{Uuid}}"}""");
            await ShouldBeAcceptedAsync(running, "/capture/", body, "curl/8.5.0");
            await running.Store.WaitForEventsAsync(project.Id, 1);
        }

        using var last = Json($$"""{"api_key":"{{project.Token}}","event":"last","distinct_id":"user-1"}""");
        await ShouldBeAcceptedAsync(running, "/capture/", last, "curl/8.5.0");
        var events = await running.Store.WaitForEventsAsync(project.Id, 2);
        events.Select(stored => stored.Name).Order(StringComparer.Ordinal).ShouldBe(["last", "signed up"]);
    }

    async Task<(Running Running, TestProject Project)> NewAsync(string name)
    {
        var running = await shared.StartedAsync();
        return (running, await running.Api.NewProjectAsync(name));
    }

    static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    static async Task ShouldBeAcceptedAsync(Running running, string path, HttpContent body, string userAgent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.UserAgent.ParseAdd(userAgent);
        using var response = await running.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        JsonElement.Parse(text).GetProperty("status").GetString().ShouldBe("Ok");
    }
}
