using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MudBlazor;
using Prickle.Capture;
using Prickle.ClickHouse;
using Prickle.Destinations.Sending;
using Prickle.Rendering;

namespace Prickle.Destinations.CapturedEvent;

/// <summary>Captures an event. Its uuid comes of the message's key, so that a repetition is the same event.</summary>
sealed class CapturedEventKind(EventIntake intake, ClickHouseStore store, TimeProvider time) : DestinationKind
{
    public override string Key => "capture";

    public override string Title => "Capture an event";

    public override string Sentence => "Add an event of the person";

    public override string Icon => Icons.Material.Outlined.Bolt;

    public override DestinationRepeat Repeat => DestinationRepeat.IsSafe;

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("event", "Event", FieldType.Event) { IsRequired = true, IsTemplate = true, Longest = 200 },
        new("properties", "Properties", FieldType.Json) { IsTemplate = true, Escape = TextEscape.Json, Longest = 100_000, Default = "{}", Help = "A JSON object." },
        new("distinct_id", "Distinct id", FieldType.Text) { IsTemplate = true, Longest = 400, Help = "Empty for the person that this is about." },
    ];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        message.GetValueOrDefault("event") is { } name && name.StartsWith('$') ? new FieldProblem("event", "Names that begin with $ belong to the product.") : null;

    public override Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken) => ProductWork.DoAsync(async () =>
    {
        var distinctId = delivery["distinct_id"] is { Length: > 0 } given ? given : delivery.Person?.DistinctId ?? "";
        if (distinctId.Length == 0)
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected("There is nobody that the event could be of."));
        }
        if (delivery["event"].StartsWith('$'))
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected("Names that begin with $ belong to the product."));
        }
        if (JsonNode.Parse(delivery["properties"] is { Length: > 0 } text ? text : "{}") is not JsonObject properties)
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected("The properties are not a JSON object."));
        }
        var uuid = UuidOf(delivery.ProjectId, delivery.Key);
        if (!delivery.MayHaveArrived || !await IsStoredAsync(delivery.ProjectId, uuid, cancellationToken))
        {
            properties["$lib"] = "prickle";
            properties["$origin"] = new JsonArray([.. delivery.Origin.Select(one => JsonValue.Create(one))]);
            await intake.TakeAsync(delivery.ProjectId, Body(delivery["event"], uuid, distinctId, properties), cancellationToken);
        }
        return ProductWork.Done(new JsonObject { ["uuid"] = uuid.ToString() });
    });

    byte[] Body(string name, Guid uuid, string distinctId, JsonObject properties) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["batch"] = new JsonArray(new JsonObject
        {
            ["event"] = name,
            ["uuid"] = uuid.ToString(),
            ["distinct_id"] = distinctId,
            ["timestamp"] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["properties"] = properties,
        }),
    }.ToJsonString());

    // The store brings rows of one uuid together within a day: a repetition after midnight is told by looking.
    async Task<bool> IsStoredAsync(int projectId, Guid uuid, CancellationToken cancellationToken)
    {
        var sql = new SqlBuilder();
        var found = await store.ListAsync(
            $"SELECT count() FROM events WHERE project_id = {sql.Project(projectId)} AND uuid = {sql.Uuid(uuid)}",
            row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), sql.Parameters, null, cancellationToken);
        return found[0] > 0;
    }

    internal static Guid UuidOf(int projectId, string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{projectId}/{key}")));
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
