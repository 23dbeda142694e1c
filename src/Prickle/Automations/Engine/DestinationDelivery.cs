using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Prickle.Automations.Storage;
using Prickle.Destinations;

namespace Prickle.Automations.Engine;

/// <summary>Does the step of a destination: asks the budget, makes a try, and says what becomes of the run by what became of it.</summary>
sealed class DestinationDelivery(
    DestinationKinds kinds, DestinationSender sender, RunVariables variables, MessageBudget budget, RunTable table, TimeProvider time)
{
    /// <summary>Between the tries of a delivery that found nobody; after the last one the step has failed.</summary>
    public static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    // The other side says when: that is no failure, but it does not go on for ever.
    const int MostRateLimits = 200;
    static readonly TimeSpan ShortestLimit = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestLimit = TimeSpan.FromHours(1);

    /// <summary>How often a hold with a condition is looked at although nobody told.</summary>
    public static readonly TimeSpan HoldCheck = TimeSpan.FromMinutes(5);

    /// <summary>Holds without a condition are looked at when their run ends early, and not before.</summary>
    public static readonly DateTimeOffset Never = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string KeyOf(Guid run, string step, int visit) => string.Create(CultureInfo.InvariantCulture, $"{run:N}.{step}.{visit}");

    public async Task DeliverAsync(RunWork work, DestinationStep step, CancellationToken cancellationToken)
    {
        if (kinds.Find(step.Kind) is not { } kind)
        {
            Fail(work, step, $"No destination is called {step.Kind}.", null, default);
            return;
        }
        var isRepeatable = kind.Repeat == DestinationRepeat.IsSafe;
        if (!isRepeatable && work.IsUnsaved)
        {
            // The place is saved first: a crash after the delivery must find the run at it.
            work.ComeBack(work.Now, null);
            return;
        }
        var key = KeyOf(work.Run.Id, step.Id, work.Context.Visit(step.Id));
        if (work.Run.HasBegun && kind.Repeat == DestinationRepeat.IsUnknown)
        {
            work.Note(step.Id, step.Kind, StepState.Uncertain, "The product ended while this was on its way. It may have arrived, and is not sent twice.");
            work.GoOn(step, step.Next, null);
            return;
        }
        if (kind.IsMessageToPerson && !step.IsTransactional && work.Person is not null && !await MayAsync(work, step, key, cancellationToken))
        {
            return;
        }
        await TryAsync(work, step, kind, key, cancellationToken);
    }

    async Task<bool> MayAsync(RunWork work, DestinationStep step, string key, CancellationToken cancellationToken)
    {
        var zone = work.Person!.ZoneOr(work.Project.Zone, work.Context.EventProperties);
        switch (await budget.AskAsync(work.Run.ProjectId, work.Person, zone, key, cancellationToken))
        {
            case MessageRuling.Later(var until):
                if (!work.HasArrived)
                {
                    work.Wait(step, until, null, RunAwaits.None, "Waits for the end of quiet hours.");
                }
                else
                {
                    work.ComeBack(until, "Waits for the end of quiet hours.");
                }
                return false;
            case MessageRuling.Capped(var most):
                work.Note(step.Id, step.Kind, StepState.Capped, $"Not sent: {most} {(most == 1 ? "message" : "messages")} a day are the most for one person.");
                work.GoOn(step, step.Next, null);
                return false;
            case MessageRuling.OptedOut:
                work.Note(step.Id, step.Kind, StepState.OptedOut, "Not sent: the person wants no messages.");
                work.GoOn(step, step.Next, null);
                return false;
            default:
                return true;
        }
    }

    async Task TryAsync(RunWork work, DestinationStep step, DestinationKind kind, string key, CancellationToken cancellationToken)
    {
        var mayHaveArrived = work.Run.HasBegun || (work.Run.Attempt > 0 && kind.Repeat == DestinationRepeat.AsksFirst);
        if (kind.Repeat != DestinationRepeat.IsSafe && !await table.MarkBegunAsync(work.Run.Id, work.Lease, cancellationToken))
        {
            // Somebody else has it by now; what is done here is not saved either.
            work.ComeBack(work.Now, null);
            return;
        }
        var filled = await variables.OfAsync(work, cancellationToken);
        var request = RequestOf(work, step, key, filled) with { MayHaveArrived = mayHaveArrived };
        var began = time.GetTimestamp();
        var report = await sender.SendAsync(request, cancellationToken);
        var took = time.GetElapsedTime(began);
        if (report.Outcome is not DeliveryOutcome.Delivered && kind.IsMessageToPerson)
        {
            await budget.GiveBackAsync(key, cancellationToken);
        }
        Apply(work, step, kind, report, filled, took);
    }

    public static DeliveryRequest RequestOf(RunWork work, DestinationStep step, string key, JsonObject filled) =>
        new(work.Run.ProjectId, step.Kind, step.Destination, key, step.Fields, filled)
        {
            Person = work.Person is { } person ? new DeliveryPerson(person.Id, person.DistinctId) : null,
            Origin = [.. work.Run.OriginNames, OriginChain.NameOf(work.Run.AutomationId)],
            From = $"Automation {(string?)filled["automation"]?["name"]}",
        };

    static void Apply(RunWork work, DestinationStep step, DestinationKind kind, DeliveryReport report, JsonObject filled, TimeSpan took)
    {
        var data = DataOf(report);
        switch (report.Outcome)
        {
            case DeliveryOutcome.Delivered(var detail):
                work.Note(step.Id, step.Kind, StepState.Done, detail.Length > 0 ? detail : "Delivered.", data, took);
                var deliveredVisit = work.Context.Visit(step.Id);
                work.GoOn(step, step.Next, report.Output);
                if (step.Undo && kind.CanUndo)
                {
                    filled["visit"] = deliveredVisit;
                    filled["output"] = report.Output?.DeepClone();
                    work.Hold(step, filled, step.While is null ? Never : work.Now + HoldCheck);
                }
                break;
            case DeliveryOutcome.Rejected(var detail):
                Fail(work, step, detail, data, took);
                break;
            case DeliveryOutcome.RateLimited(var detail, var after) when work.Run.Attempt < MostRateLimits:
                Again(work, step, detail, Clamp(after ?? TimeSpan.FromSeconds(30)), data, took);
                break;
            case DeliveryOutcome.Unreachable(var detail, MayHaveArrived: true) when kind.Repeat == DestinationRepeat.IsUnknown:
                work.Note(step.Id, step.Kind, StepState.Uncertain, $"{detail} It may have arrived, and is not sent twice.", data, took);
                work.GoOn(step, step.Next, null);
                break;
            case DeliveryOutcome.Unreachable or DeliveryOutcome.Misconfigured when work.Run.Attempt < Pauses.Length:
                Again(work, step, report.Outcome.Detail, Pauses[work.Run.Attempt], data, took);
                break;
            default:
                Fail(work, step, report.Outcome.Detail, data, took);
                break;
        }
    }

    static TimeSpan Clamp(TimeSpan wait) => wait < ShortestLimit ? ShortestLimit : wait > LongestLimit ? LongestLimit : wait;

    static void Again(RunWork work, DestinationStep step, string detail, TimeSpan pause, JsonObject data, TimeSpan took)
    {
        work.Note(step.Id, step.Kind, StepState.Retrying, detail, data, took);
        work.Run.Attempt++;
        work.ComeBack(work.Now + pause, detail);
    }

    static void Fail(RunWork work, DestinationStep step, string detail, JsonObject? data, TimeSpan took)
    {
        work.Note(step.Id, step.Kind, StepState.Failed, detail, data, took);
        if (step.OnError == StepErrorRule.Continue)
        {
            work.Run.HasErrors = true;
            work.GoOn(step, step.Next, new JsonObject { ["error"] = detail });
        }
        else
        {
            work.End(RunState.Failed, detail);
        }
    }

    static JsonObject DataOf(DeliveryReport report)
    {
        var data = new JsonObject { ["outcome"] = report.Outcome.Name };
        var input = new JsonObject();
        foreach (var (field, text) in report.Rendered)
        {
            input[field] = text;
        }
        data["input"] = input;
        if (report.Output is { } output)
        {
            data["output"] = output.DeepClone();
        }
        if (report.Exchange is { } exchange)
        {
            data["exchange"] = new JsonObject { ["request"] = exchange.Request, ["status"] = exchange.Status, ["response"] = exchange.Response };
        }
        return data;
    }
}
