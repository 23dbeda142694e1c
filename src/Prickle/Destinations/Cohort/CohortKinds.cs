using System.Globalization;
using System.Text.Json.Nodes;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Cohorts;
using Prickle.Destinations.Sending;
using Prickle.Persons;

namespace Prickle.Destinations.Cohort;

/// <summary>Puts a person into a static cohort, or takes one out. What it found is its output, so that taking it back changes nothing that was so before.</summary>
abstract class CohortKind(CohortMembership membership) : DestinationKind
{
    public override DestinationRepeat Repeat => DestinationRepeat.IsSafe;

    public override bool CanUndo => true;

    public override bool NeedsPerson => true;

    public override IReadOnlyList<DestinationField> Message { get; } = [new("cohort", "Cohort", FieldType.Cohort) { IsRequired = true, Longest = 20, Help = "A static one." }];

    public override FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) =>
        message.GetValueOrDefault("cohort") is { Length: > 0 } id && IdOf(id) is null ? new FieldProblem("cohort", "Choose a cohort.") : null;

    protected Task<DeliveryReport> AddAsync(Delivery delivery, CancellationToken cancellationToken) => ActAsync(
        delivery, id => membership.AddAsync(delivery.ProjectId, id, new PersonReference(delivery.Person!.Id, delivery.Person.DistinctId), cancellationToken));

    protected Task<DeliveryReport> RemoveAsync(Delivery delivery, CancellationToken cancellationToken) =>
        ActAsync(delivery, id => membership.RemoveAsync(delivery.ProjectId, id, delivery.Person!.Id, cancellationToken));

    static Task<DeliveryReport> ActAsync(Delivery delivery, Func<int, Task<Outcome<bool>>> act) => ProductWork.DoAsync(async () =>
        IdOf(delivery["cohort"]) is not { } id ? new DeliveryReport(new DeliveryOutcome.Misconfigured("Choose a cohort."))
        : (await act(id)).Match(
            was => ProductWork.Done(new JsonObject { ["was_in"] = was }),
            refusal => new DeliveryReport(new DeliveryOutcome.Misconfigured(refusal.Detail))));

    /// <summary>Whether the person was in it before the delivery; null where nobody knows.</summary>
    protected static bool? WasIn(Delivery delivery) => delivery.Output?["was_in"]?.GetValue<bool>();

    protected static DeliveryReport NothingToUndo { get; } = ProductWork.Done([], "It had changed nothing.");

    static int? IdOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}

sealed class CohortAddKind(CohortMembership membership) : CohortKind(membership)
{
    public override string Key => "cohort_add";

    public override string Title => "Add to cohort";

    public override string Sentence => "Put the person into a static cohort";

    public override string Icon => Icons.Material.Outlined.GroupAdd;

    public override Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken) => AddAsync(delivery, cancellationToken);

    public override Task<DeliveryReport> UndoAsync(Delivery delivery, CancellationToken cancellationToken) =>
        WasIn(delivery) == true ? Task.FromResult(NothingToUndo) : RemoveAsync(delivery, cancellationToken);
}

sealed class CohortRemoveKind(CohortMembership membership) : CohortKind(membership)
{
    public override string Key => "cohort_remove";

    public override string Title => "Remove from cohort";

    public override string Sentence => "Take the person out of a static cohort";

    public override string Icon => Icons.Material.Outlined.GroupRemove;

    public override Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken) => RemoveAsync(delivery, cancellationToken);

    public override Task<DeliveryReport> UndoAsync(Delivery delivery, CancellationToken cancellationToken) =>
        WasIn(delivery) == false ? Task.FromResult(NothingToUndo) : AddAsync(delivery, cancellationToken);
}
