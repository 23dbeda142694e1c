using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Destinations;
using Prickle.Events;
using Prickle.Filters;
using Prickle.Persons;

namespace Prickle.Automations;

/// <summary>What a step does in a test.</summary>
/// <param name="Detail">In one sentence.</param>
/// <param name="Fields">For destinations: as they were filled.</param>
/// <param name="Report">With real effect: what became of it; null without.</param>
public sealed record TestedStep(string StepId, string Kind, string Detail, IReadOnlyDictionary<string, string> Fields, DeliveryReport? Report);

/// <summary>A test of a definition on a sample.</summary>
/// <param name="Fits">Whether the sample fits the trigger.</param>
/// <param name="Ending">How the run would end.</param>
public sealed record AutomationTestResult(bool Fits, IReadOnlyList<TestedStep> Steps, string Ending);

/// <summary>How a test is made.</summary>
/// <param name="EventUuid">The sample; null for a run that no event begins.</param>
/// <param name="DistinctId">Whom it is about, where no event says it.</param>
/// <param name="HasEffect">Delivers for real, once; else nothing leaves and nothing changes.</param>
/// <param name="TakesTimeouts">Waits for events and conditions end by time-out in place of a match.</param>
public sealed record AutomationTestRequest(Guid? EventUuid, string? DistinctId, bool HasEffect, bool TakesTimeouts);

/// <summary>Walks through a definition with a sample, in a moment: waits are told and passed over. Nothing is kept, and nothing is counted.</summary>
public sealed class AutomationTest
{
    const int MostSteps = 300;

    readonly EventQueries _events;
    readonly PersonLookup _persons;
    readonly ConditionSubjects _subjects;
    readonly RunVariables _variables;
    readonly DestinationSender _sender;
    readonly TimeProvider _time;

    internal AutomationTest(
        EventQueries events, PersonLookup persons, ConditionSubjects subjects, RunVariables variables, DestinationSender sender, TimeProvider time) =>
        (_events, _persons, _subjects, _variables, _sender, _time) = (events, persons, subjects, variables, sender, time);

    public async Task<Outcome<AutomationTestResult>> RunAsync(
        ProjectGrant grant, int automationId, AutomationDefinition definition, AutomationTestRequest request, CancellationToken cancellationToken)
    {
        // Templates may name everything that is known of whom it is about.
        if (!grant.Allows(Resource.Person, Level.Read))
        {
            return Refusal.Denied("A test shows what is known of a person, which you may not read.");
        }
        if (request.HasEffect && !grant.Allows(Resource.Automation, Level.Write))
        {
            return Refusal.Denied("You may look at automations here, not run them.");
        }
        var sample = request.EventUuid is { } uuid ? await _events.FindAsync(grant.ProjectId, uuid, cancellationToken) : null;
        if (request.EventUuid is not null && sample is null)
        {
            return Refusal.Invalid("event", "There is no such event.");
        }
        var distinctId = sample?.DistinctId ?? request.DistinctId;
        var known = distinctId is null ? null : await _persons.FindAsync(grant.ProjectId, distinctId, cancellationToken);
        var run = new RunRow
        {
            Id = Guid.CreateVersion7(_time.GetUtcNow()),
            ProjectId = grant.ProjectId,
            AutomationId = automationId,
            TriggerKey = "test",
            DistinctId = distinctId,
            IsTest = true,
            StepId = definition.Steps is [var first, ..] ? first.Id : null,
            Context = sample is null ? RunContext.Of(new JsonObject { ["test"] = true })
                : RunContext.Of(sample.Uuid, sample.Event, sample.DistinctId, sample.Timestamp, sample.Properties, sample.ElementsChain, new Dictionary<int, string>()),
        };
        var work = new RunWork(run, Guid.Empty, _time.GetUtcNow());
        work.Begin(definition, grant.Project, known is null ? null : new RunPerson(known.PersonId, distinctId!, known.Properties));
        var fits = definition.Trigger is not EventTrigger trigger
            || (sample is not null && trigger.Events.Contains(sample.Event) && await FitsAsync(work, trigger.Filters, cancellationToken));
        var steps = new List<TestedStep>();
        var ending = await WalkAsync(work, request, steps, cancellationToken);
        return new AutomationTestResult(fits, steps, ending);
    }

    async Task<string> WalkAsync(RunWork work, AutomationTestRequest request, List<TestedStep> steps, CancellationToken cancellationToken)
    {
        while (work.Definition.Find(work.Run.StepId) is { } step)
        {
            if (steps.Count >= MostSteps)
            {
                return $"It goes round in a circle; the test ends after {MostSteps} steps.";
            }
            if (step is FilterStep filter && !await FitsAsync(work, filter.When, cancellationToken))
            {
                steps.Add(new TestedStep(step.Id, "filter", "Does not fit: the run ends here.", NoFields, null));
                return "It does not fit a filter.";
            }
            var (tested, next, output) = await StepAsync(work, step, request, cancellationToken);
            steps.Add(tested);
            if (tested.Report is { Outcome: not DeliveryOutcome.Delivered } && step is DestinationStep { OnError: StepErrorRule.Abort })
            {
                return "A step failed.";
            }
            work.GoOn(step, next, output);
        }
        return "It came to its end.";
    }

    static readonly Dictionary<string, string> NoFields = [];

    async Task<(TestedStep Step, string? Next, JsonObject? Output)> StepAsync(RunWork work, AutomationStep step, AutomationTestRequest request, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case PauseStep pause:
                return (Told(step, "pause", $"Would wait for {pause.For.Words}."), step.Next, null);
            case PauseUntilStep until:
                var isTimeout = request.TakesTimeouts;
                return (Told(step, "pause_until", isTimeout ? $"Would wait for {until.AtMost.Words}, and the time is over." : $"Would wait for {until.AtMost.Words} at most; taken as matched."),
                    isTimeout ? until.OnTimeout : step.Next, new JsonObject { ["matched"] = !isTimeout });
            case PauseWindowStep window:
                return (Told(step, "pause_window", $"Would wait until it is between {window.From:HH\\:mm} and {window.To:HH\\:mm}."), step.Next, null);
            case SplitStep split:
                var part = SplitChoice.Of(split, work.Run.Id);
                return (Told(step, "split", $"By chance: {part.Name}."), part.Next, new JsonObject { ["way"] = part.Name });
            case BranchStep branch:
                foreach (var way in branch.Branches)
                {
                    if (await FitsAsync(work, way.When, cancellationToken))
                    {
                        return (Told(step, "branch", $"Fits \"{way.Name}\"."), way.Next, new JsonObject { ["way"] = way.Name });
                    }
                }
                return (Told(step, "branch", "Fits none of the conditions."), step.Next, new JsonObject { ["way"] = null });
            case DestinationStep destination:
                return await DestinationAsync(work, destination, request.HasEffect, cancellationToken);
            default:
                return (Told(step, "filter", "Fits."), step.Next, null);
        }
    }

    async Task<(TestedStep, string?, JsonObject?)> DestinationAsync(RunWork work, DestinationStep step, bool hasEffect, CancellationToken cancellationToken)
    {
        var filled = await _variables.OfAsync(work, cancellationToken);
        var delivery = DestinationDelivery.RequestOf(work, step, DestinationDelivery.KeyOf(work.Run.Id, step.Id, work.Context.Visit(step.Id)), filled);
        var report = hasEffect ? await _sender.SendAsync(delivery, cancellationToken) : null;
        var detail = report is null ? "Would be done with these fields." : report.Outcome is DeliveryOutcome.Delivered ? "Done." : report.Outcome.Detail;
        return (new TestedStep(step.Id, step.Kind, detail, _sender.Render(delivery), report), step.Next, report?.Output);
    }

    static TestedStep Told(AutomationStep step, string kind, string detail) => new(step.Id, kind, detail, NoFields, null);

    async Task<bool> FitsAsync(RunWork work, FilterGroup filters, CancellationToken cancellationToken)
    {
        var subject = (await _subjects.OfAsync(
            work.Run.ProjectId, [new ConditionInput(work.Person?.Id, work.Context.EventProperties, work.Context.ElementsChain, work.Context.Groups)], [filters], cancellationToken))[0];
        return FilterMatcher.Matches(filters, work.Person is { } person ? subject with { Person = person.Properties } : subject);
    }
}
