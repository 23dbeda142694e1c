using System.Text.Json;
using System.Text.Json.Nodes;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Destinations.Sending;
using Prickle.Flags;
using Prickle.Persons;

namespace Prickle.Destinations.Flag;

/// <summary>
/// Lets one person have a flag: by a property of theirs, and a condition set of the flag that asks for it. Both are seen by the
/// next evaluation.
/// </summary>
abstract class FlagKind(FlagAdministration flags, FlagQueries queries, ProjectDirectory projects, PersonLookup persons, ProductWork work) : DestinationKind
{
    public override DestinationRepeat Repeat => DestinationRepeat.IsSafe;

    public override bool CanUndo => true;

    public override bool NeedsPerson => true;

    /// <summary>The person's property of a flag's key.</summary>
    internal static string PropertyOf(string key) => $"$in_flag/{key}";

    protected Task<DeliveryReport> AddAsync(Delivery delivery, CancellationToken cancellationToken) => ProductWork.DoAsync(async () =>
    {
        var (flag, value, refused) = await FindAsync(delivery, cancellationToken);
        if (flag is null)
        {
            return refused!;
        }
        var before = await ValueAsync(delivery, flag.Key, cancellationToken);
        if (await projects.FindAsync(delivery.ProjectId, cancellationToken) is not { } project
            || await flags.EnsureConditionAsync(project, flag.Id, ConditionOf(flag.Key, value), cancellationToken) is null)
        {
            return Gone;
        }
        await work.UpdateAsync(delivery.ProjectId, delivery.Person!.DistinctId, new JsonObject { ["$set"] = new JsonObject { [PropertyOf(flag.Key)] = value } }, cancellationToken);
        return ProductWork.Done(
            new JsonObject { ["was_in"] = before is not null && !delivery.MayHaveArrived, ["before"] = delivery.MayHaveArrived ? null : before },
            flag.Settings.Active ? "" : "The flag is switched off: it is on for nobody.");
    });

    protected Task<DeliveryReport> RemoveAsync(Delivery delivery, CancellationToken cancellationToken) => ProductWork.DoAsync(async () =>
    {
        if (await queries.FindByKeyAsync(delivery.ProjectId, delivery["flag"], cancellationToken) is not { } flag)
        {
            return Gone;
        }
        var before = await ValueAsync(delivery, flag.Key, cancellationToken);
        await work.UpdateAsync(delivery.ProjectId, delivery.Person!.DistinctId, new JsonObject { ["$unset"] = new JsonArray(PropertyOf(flag.Key)) }, cancellationToken);
        return ProductWork.Done(new JsonObject { ["was_in"] = before is not null, ["before"] = before });
    });

    protected Task<DeliveryReport> RestoreAsync(Delivery delivery, JsonNode before, CancellationToken cancellationToken) => ProductWork.DoAsync(async () =>
    {
        await work.UpdateAsync(
            delivery.ProjectId, delivery.Person!.DistinctId, new JsonObject { ["$set"] = new JsonObject { [PropertyOf(delivery["flag"])] = before.DeepClone() } }, cancellationToken);
        return ProductWork.Done([]);
    });

    async Task<(FeatureFlag? Flag, JsonValue Value, DeliveryReport? Refused)> FindAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var none = JsonValue.Create(true);
        if (await queries.FindByKeyAsync(delivery.ProjectId, delivery["flag"], cancellationToken) is not { IsArchived: false } flag)
        {
            return (null, none, Gone);
        }
        return delivery["variant"] is not { Length: > 0 } variant ? (flag, none, null)
            : flag.Settings.Filters.Variants.Any(one => one.Key == variant) ? (flag, JsonValue.Create(variant), null)
            : (null, none, new DeliveryReport(new DeliveryOutcome.Misconfigured($"The flag {flag.Key} has no variant {variant}.")));
    }

    async Task<JsonNode?> ValueAsync(Delivery delivery, string key, CancellationToken cancellationToken)
    {
        var known = await persons.FindAsync(delivery.ProjectId, delivery.Person!.DistinctId, cancellationToken);
        return known.Properties.ValueKind == JsonValueKind.Object && known.Properties.TryGetProperty(PropertyOf(key), out var value) ? JsonNode.Parse(value.GetRawText()) : null;
    }

    static FlagCondition ConditionOf(string key, JsonValue value) => new()
    {
        Properties = [new FlagProperty(PropertyOf(key), FlagPropertyTypes.Person, "exact", JsonElement.Parse(new JsonArray(value.GetValueKind() == JsonValueKind.True ? "true" : value.DeepClone()).ToJsonString()))],
        RolloutPercentage = 100,
        Variant = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null,
        Description = "Those whom automations put in",
    };

    static DeliveryReport Gone { get; } = new(new DeliveryOutcome.Misconfigured("The feature flag does not exist any more."));
}

sealed class FlagAddKind(FlagAdministration flags, FlagQueries queries, ProjectDirectory projects, PersonLookup persons, ProductWork work)
    : FlagKind(flags, queries, projects, persons, work)
{
    public override string Key => "flag_add";

    public override string Title => "Switch on a feature flag";

    public override string Sentence => "Let the person have a feature flag";

    public override string Icon => Icons.Material.Outlined.Flag;

    public override IReadOnlyList<DestinationField> Message { get; } =
    [
        new("flag", "Feature flag", FieldType.Flag) { IsRequired = true, Longest = 400 },
        new("variant", "Variant", FieldType.Text) { Longest = 400, Help = "Of a flag with variants; empty lets their shares decide." },
    ];

    public override Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken) => AddAsync(delivery, cancellationToken);

    public override Task<DeliveryReport> UndoAsync(Delivery delivery, CancellationToken cancellationToken) =>
        delivery.Output?["before"] is { } before ? RestoreAsync(delivery, before, cancellationToken) : RemoveAsync(delivery, cancellationToken);
}

sealed class FlagRemoveKind(FlagAdministration flags, FlagQueries queries, ProjectDirectory projects, PersonLookup persons, ProductWork work)
    : FlagKind(flags, queries, projects, persons, work)
{
    public override string Key => "flag_remove";

    public override string Title => "Take back a feature flag";

    public override string Sentence => "Take back a feature flag that was switched on for the person";

    public override string Icon => Icons.Material.Outlined.OutlinedFlag;

    public override IReadOnlyList<DestinationField> Message { get; } =
        [new("flag", "Feature flag", FieldType.Flag) { IsRequired = true, Longest = 400, Help = "What its other conditions give them stays." }];

    public override Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken) => RemoveAsync(delivery, cancellationToken);

    public override Task<DeliveryReport> UndoAsync(Delivery delivery, CancellationToken cancellationToken) =>
        delivery.Output?["before"] is { } before ? RestoreAsync(delivery, before, cancellationToken) : Task.FromResult(ProductWork.Done([], "It had changed nothing."));
}
