using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Destinations;
using Prickle.Filters;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Automations.Engine;

/// <summary>Takes back what steps did, when their run ended early or their condition holds no more.</summary>
sealed class HoldKeeper(
    IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, ConditionSubjects subjects, PersonLookup persons, DestinationSender sender, ClusterLock clusterLock,
    TimeProvider time, ILogger<HoldKeeper> logger)
{
    const int Chunk = 200;

    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (await DueAsync(cancellationToken) is [])
        {
            return;
        }
        await using var turn = await clusterLock.TakeAsync("automation-holds", cancellationToken);
        while (await DueAsync(cancellationToken) is { Count: > 0 } due)
        {
            foreach (var hold in due)
            {
                await LookAsync(hold, cancellationToken);
            }
        }
    }

    async Task<List<HoldRow>> DueAsync(CancellationToken cancellationToken)
    {
        var now = RunTable.Micros(time.GetUtcNow());
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<HoldRow>().AsNoTracking().Where(row => row.CheckAt <= now).OrderBy(row => row.CheckAt).Take(Chunk).ToListAsync(cancellationToken);
    }

    async Task LookAsync(HoldRow hold, CancellationToken cancellationToken)
    {
        var definition = await directory.VersionAsync(hold.AutomationId, hold.Version, cancellationToken);
        if (definition?.Find(hold.StepId) is not DestinationStep step)
        {
            await ForgetAsync(hold, null, cancellationToken);
            return;
        }
        var known = hold.DistinctId is { } distinctId ? await persons.FindAsync(hold.ProjectId, distinctId, cancellationToken) : null;
        if (!hold.IsOver && step.While is { } condition && await HoldsAsync(hold, known, condition, cancellationToken))
        {
            await PutOffAsync(hold, DestinationDelivery.HoldCheck, false, cancellationToken);
            return;
        }
        await UndoAsync(hold, step, known, cancellationToken);
    }

    async Task<bool> HoldsAsync(HoldRow hold, KnownPerson? known, FilterGroup condition, CancellationToken cancellationToken)
    {
        var subject = (await subjects.OfAsync(hold.ProjectId, [new ConditionInput(known?.PersonId, default, "", new Dictionary<int, string>())], [condition], cancellationToken))[0];
        return FilterMatcher.Matches(condition, known is null ? subject : subject with { Person = known.Properties });
    }

    async Task UndoAsync(HoldRow hold, DestinationStep step, KnownPerson? known, CancellationToken cancellationToken)
    {
        var variables = JsonNode.Parse(hold.Variables)!.AsObject();
        var request = new DeliveryRequest(
            hold.ProjectId, step.Kind, step.Destination, DestinationDelivery.KeyOf(hold.RunId, step.Id, (int?)variables["visit"] ?? 0), step.Fields, variables)
        {
            Person = known is not null ? new DeliveryPerson(known.PersonId, hold.DistinctId!) : null,
            Origin = [OriginChain.NameOf(hold.AutomationId)],
            From = $"Automation {(string?)variables["automation"]?["name"]}",
            Output = variables["output"]?.DeepClone() as JsonObject,
        };
        var report = await sender.UndoAsync(request, cancellationToken);
        if (report.Outcome is DeliveryOutcome.Delivered)
        {
            await ForgetAsync(hold, hold.IsOver ? "Taken back: the run ended early." : "Taken back: the condition holds no more.", cancellationToken);
        }
        else if (hold.Attempt < DestinationDelivery.Pauses.Length)
        {
            await PutOffAsync(hold, DestinationDelivery.Pauses[hold.Attempt], true, cancellationToken);
        }
        else
        {
            logger.LogWarning("Step {Step} of run {Run} could not be taken back: {Detail}", hold.StepId, hold.RunId, report.Outcome.Detail);
            await ForgetAsync(hold, $"It could not be taken back: {report.Outcome.Detail}", cancellationToken, StepState.Failed);
        }
    }

    async Task PutOffAsync(HoldRow hold, TimeSpan pause, bool isAttempt, CancellationToken cancellationToken)
    {
        var next = RunTable.Micros(time.GetUtcNow() + pause);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Set<HoldRow>().Where(row => row.RunId == hold.RunId && row.StepId == hold.StepId).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.CheckAt, next).SetProperty(row => row.Attempt, row => row.Attempt + (isAttempt ? 1 : 0)), cancellationToken);
    }

    /// <summary>The hold is over; what became of it stands in the history of its run.</summary>
    async Task ForgetAsync(HoldRow hold, string? detail, CancellationToken cancellationToken, StepState state = StepState.Undone)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.Set<HoldRow>().Where(row => row.RunId == hold.RunId && row.StepId == hold.StepId).ExecuteDeleteAsync(cancellationToken);
        if (detail is not null && await database.Set<RunRow>().SingleOrDefaultAsync(row => row.Id == hold.RunId, cancellationToken) is { } run)
        {
            run.Steps++;
            database.Add(new RunStepRow
            {
                RunId = hold.RunId,
                Number = run.Steps,
                ProjectId = hold.ProjectId,
                AutomationId = hold.AutomationId,
                Version = hold.Version,
                StepId = hold.StepId,
                Kind = "undo",
                Attempt = hold.Attempt + 1,
                State = state,
                Detail = detail,
                At = RunTable.Micros(time.GetUtcNow()),
                Told = run.IsTest ? 1 : 0,
            });
            await database.SaveChangesAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }
}
