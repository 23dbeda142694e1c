using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MudBlazor;
using Prickle.Destinations.Sending;
using Prickle.Persons;

namespace Prickle.Destinations.PersonProperty;

/// <summary>Sets a property of the person, or takes it away. What it was before is its output.</summary>
sealed partial class PersonPropertyKind(PersonLookup persons, ProductWork work) : DestinationKind
{
    public override string Key => "person_property";

    public override string Title => "Person property";

    public override string Sentence => "Set a property of the person, or take it away";

    public override string Icon => Icons.Material.Outlined.ManageAccounts;

    public override bool CanUndo => true;

    public override bool NeedsPerson => true;

    public override DestinationRepeat Repeat => DestinationRepeat.IsSafe;

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("operation", "What to do", FieldType.Choice) { Default = "set", Choices = ["set", "set_once", "unset"] },
        new("property", "Property", FieldType.PersonProperty) { IsRequired = true, Longest = 200 },
        new("value", "Value", FieldType.Text) { IsTemplate = true, Longest = 5_000, Help = "true, false and numbers keep their type; in quotes they are texts." },
    ];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        message.GetValueOrDefault("property") is "$set" or "$set_once" or "$unset" ? new FieldProblem("property", "This is no property of persons.") : null;

    public override Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken) => ProductWork.DoAsync(async () =>
    {
        var (name, before) = (delivery["property"], await ValueAsync(delivery, cancellationToken));
        var value = delivery["operation"] switch
        {
            "unset" => null,
            "set_once" when before is not null => before.DeepClone(),
            _ => ValueOf(delivery["value"]),
        };
        await SetAsync(delivery, name, value, cancellationToken);
        // Where an earlier try may have done it, what is there is probably its own.
        return ProductWork.Done(new JsonObject { ["before"] = delivery.MayHaveArrived && JsonNode.DeepEquals(before, value) ? null : before, ["value"] = value?.DeepClone() });
    });

    public override Task<DeliveryReport> UndoAsync(Delivery delivery, CancellationToken cancellationToken) => ProductWork.DoAsync(async () =>
    {
        if (!JsonNode.DeepEquals(await ValueAsync(delivery, cancellationToken), delivery.Output is { } output ? output["value"] : ValueOf(delivery["value"])))
        {
            return ProductWork.Done([], "Something changed the property since: it stays.");
        }
        await SetAsync(delivery, delivery["property"], delivery.Output?["before"]?.DeepClone(), cancellationToken);
        return ProductWork.Done([]);
    });

    Task SetAsync(Delivery delivery, string name, JsonNode? value, CancellationToken cancellationToken) => work.UpdateAsync(
        delivery.ProjectId, delivery.Person!.DistinctId,
        value is null ? new JsonObject { ["$unset"] = new JsonArray(name) } : new JsonObject { ["$set"] = new JsonObject { [name] = value.DeepClone() } }, cancellationToken);

    async Task<JsonNode?> ValueAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var known = await persons.FindAsync(delivery.ProjectId, delivery.Person!.DistinctId, cancellationToken);
        return known.Properties.ValueKind == JsonValueKind.Object && known.Properties.TryGetProperty(delivery["property"], out var value) ? JsonNode.Parse(value.GetRawText()) : null;
    }

    internal static JsonNode ValueOf(string text) =>
        text is "true" or "false" || Number().IsMatch(text) ? JsonNode.Parse(text)!
        : text.Length > 1 && text[0] == '"' && text[^1] == '"' && FieldCheck.IsJson(text) ? JsonNode.Parse(text)!
        : JsonValue.Create(text);

    // As JSON has them, and no longer than a double holds: an order's number of twenty digits stays a text.
    [GeneratedRegex(@"^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
