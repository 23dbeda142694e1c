using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Destinations;
using Prickle.Tests.Engine;
using Prickle.Tests.Previews;

namespace Prickle.Tests.Destinations;

/// <summary>The product with capture inside, which may reach servers on this machine.</summary>
public sealed class DestinationHost(EngineFixture engine) : PreviewHost(engine)
{
    public string Destinations => $"/api/projects/{Project.Id}/destinations";

    protected override Task<IReadOnlyDictionary<string, string?>?> SettingsAsync() =>
        Task.FromResult<IReadOnlyDictionary<string, string?>?>(new Dictionary<string, string?> { ["Outbound:AllowsPrivateAddresses"] = "true" });

    /// <summary>A delivery within the product, about somebody.</summary>
    public async Task<DeliveryRequest> RequestAsync(string kind, string distinctId, IReadOnlyDictionary<string, string> fields, string key = "run-1")
    {
        var person = await Get<Prickle.Persons.PersonLookup>().FindAsync(Project.Id, distinctId, CancellationToken.None);
        return new DeliveryRequest(
            Project.Id, kind, null, key, fields,
            new JsonObject { ["person"] = new JsonObject { ["properties"] = JsonNode.Parse(person.Properties.ValueKind == JsonValueKind.Undefined ? "{}" : person.Properties.GetRawText()) } })
        {
            Person = new DeliveryPerson(person.PersonId, distinctId),
            Origin = ["automation:1", "automation:2"],
            From = "Automation Welcome",
        };
    }

    public Task<DeliveryReport> SendAsync(DeliveryRequest request) => Get<DestinationSender>().SendAsync(request, TestContext.Current.CancellationToken);

    public Task<DeliveryReport> UndoAsync(DeliveryRequest request) => Get<DestinationSender>().UndoAsync(request, TestContext.Current.CancellationToken);

    /// <summary>Makes somebody known to the product.</summary>
    public async Task MeetAsync(string distinctId, string properties = "{}")
    {
        await CaptureAsync("$identify", distinctId, $$"""{"$set":{{properties}} }""");
        await Eventually.IsTrueAsync(async () => (await PropertiesAsync(distinctId)).ValueKind == JsonValueKind.Object);
    }

    public async Task<int> CohortAsync(string name, bool isStatic = true)
    {
        var (status, made) = await SendAsync(HttpMethod.Post, $"/api/projects/{Project.Id}/cohorts", isStatic
            ? $$"""{"name":"{{name}}","is_static":true}"""
            : $$$"""{"name":"{{{name}}}","filters":{"properties":{"type":"AND","values":[{"type":"person","key":"plan","operator":"exact","value":"pro"}] } } }""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made.GetProperty("id").GetInt32();
    }

    public async Task<JsonElement> MakeFlagAsync(string key, string filters = """{"groups":[{"rollout_percentage":0}]}""")
    {
        var (status, made) = await SendAsync(HttpMethod.Post, $"/api/projects/{Project.Id}/feature_flags", $$"""{"key":"{{key}}","filters":{{filters}} }""");
        status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return made;
    }
}
