using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.House.Operations.Running;
using Prickle.House.Operations.Storage;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Operations;

/// <summary>
/// What people do with operations: write them, look at their dry run, approve, pause, go on, undo. Permissions are checked
/// here too, and each move is one that <see cref="OperationMoves"/> allows.
/// </summary>
sealed class OperationBook(
    IDbContextFactory<PrickleDatabase> databases, OperationTable table, OperationPlanner planner, OperationWake wake, ServerDirectory servers, Members members, ActivityLog activity, TimeProvider time)
{
    static readonly TimeSpan PlanHolds = TimeSpan.FromHours(1);

    static readonly Refusal Gone = Refusal.NotFound("The operation does not exist.");
    static readonly Refusal Denied = Refusal.Denied("You may look at operations here, not change them: that takes the role of an admin.");

    /// <summary>Those of a server: the newest first, or by <paramref name="sort"/>, one of title, state, by and at.</summary>
    public async Task<(long Count, IReadOnlyList<Operation> Operations)> ListAsync(
        OrganizationGrant grant, Guid server, string search, OperationState? state, string? sort, bool isDescending, int offset, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var all = database.Set<OperationRow>().AsNoTracking().Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == server);
        if (search.Trim().ToLowerInvariant() is { Length: > 0 } lower)
        {
            all = all.Where(row => row.Title.ToLower().Contains(lower));
        }
        if (state is { } wanted)
        {
            all = all.Where(row => row.State == wanted);
        }
        var sorted = (sort, isDescending) switch
        {
            ("title", false) => all.OrderBy(row => row.Title.ToLower()).ThenByDescending(row => row.Id),
            ("title", true) => all.OrderByDescending(row => row.Title.ToLower()).ThenByDescending(row => row.Id),
            ("state", false) => all.OrderBy(row => row.State).ThenByDescending(row => row.Id),
            ("state", true) => all.OrderByDescending(row => row.State).ThenByDescending(row => row.Id),
            ("by", false) => all.OrderBy(row => row.CreatedBy).ThenByDescending(row => row.Id),
            ("by", true) => all.OrderByDescending(row => row.CreatedBy).ThenByDescending(row => row.Id),
            ("at", false) => all.OrderBy(row => row.Id),
            _ => all.OrderByDescending(row => row.Id),
        };
        return (await all.LongCountAsync(cancellationToken), [.. (await sorted.Skip(offset).Take(limit).ToListAsync(cancellationToken)).Select(row => row.ToOperation())]);
    }

    public async Task<Operation?> FindAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) => (await RowAsync(grant, server, id, cancellationToken))?.ToOperation();

    /// <summary>What is at work on the server, after which the turn of this one comes; null where nothing is.</summary>
    public async Task<Operation?> WaitsForAsync(OrganizationGrant grant, Operation operation, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return operation.State != OperationState.Queued || !grant.Allows(Resource.House, Level.Read) ? null : (await database.Set<OperationRow>().AsNoTracking()
            .Where(row => row.OrganizationId == grant.OrganizationId && row.ServerId == operation.ServerId && row.Id != operation.Id
                && (row.State == OperationState.Running || row.State == OperationState.Throttled || row.State == OperationState.RollingBack)).FirstOrDefaultAsync(cancellationToken))?.ToOperation();
    }

    /// <summary>How far each step is on each node.</summary>
    public async Task<IReadOnlyList<OperationProgress>> ProgressAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        await RowAsync(grant, server, id, cancellationToken) is null ? [] : [.. (await table.StepsAsync(id, cancellationToken)).Select(row => row.ToProgress())];

    /// <summary>Everything that happened to it, the newest first.</summary>
    public async Task<(long Count, IReadOnlyList<OperationEvent> Events)> EventsAsync(OrganizationGrant grant, Guid server, Guid id, int offset, int limit, CancellationToken cancellationToken) =>
        await RowAsync(grant, server, id, cancellationToken) is null ? (0, []) : await table.EventsAsync(id, offset, limit, cancellationToken);

    /// <summary>The first entry of the audit that is not as it was written; null where all are.</summary>
    public async Task<int?> BrokenAtAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        await RowAsync(grant, server, id, cancellationToken) is null ? null : await table.BrokenAtAsync(id, cancellationToken);

    /// <summary>Whether somebody else has to approve what was planned: this person wrote it, it takes something away, and there is another who may.</summary>
    public async Task<bool> NeedsAnotherAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        await RowAsync(grant, server, id, cancellationToken) is { } row && row.ToOperation().Plan is { } plan && await NeedsAnotherAsync(grant, row, plan, cancellationToken);

    public async Task<Outcome<Operation>> CreateAsync(OrganizationGrant grant, Guid serverId, OperationDefinition definition, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (DefinitionCheck.ProblemOf(definition) is { } problem)
        {
            return problem;
        }
        var now = time.GetUtcNow();
        var row = new OperationRow
        {
            Id = Guid.CreateVersion7(now),
            OrganizationId = grant.OrganizationId,
            ServerId = serverId,
            Title = definition.Title,
            Definition = definition.ToJson(),
            Hash = definition.ToHash(),
            State = OperationState.Draft,
            Throttle = JsonSerializer.Serialize(new OperationThrottle()),
            CreatedBy = grant.Actor.Email,
            CreatedById = grant.Actor.UserId,
            CreatedAt = now,
        };
        await table.InsertAsync(row, new NewEvent(grant.Actor.Email, "drafted", definition.Why), cancellationToken);
        await RecordAsync(grant, server.Name, row, ActivityVerb.Created, "Drafted");
        return row.ToOperation();
    }

    /// <summary>Writes it anew; a dry run made before no longer holds.</summary>
    public async Task<Outcome<Operation>> UpdateAsync(OrganizationGrant grant, Guid server, Guid id, OperationDefinition definition, CancellationToken cancellationToken) =>
        DefinitionCheck.ProblemOf(definition) is { } problem ? problem : await MoveAsync(grant, server, id, OperationState.Draft, row =>
        {
            (row.Title, row.Definition, row.Hash, row.Plan, row.Detail) = (definition.Title, definition.ToJson(), definition.ToHash(), null, null);
            // Whoever changed it last is its author: somebody else approves.
            (row.CreatedBy, row.CreatedById) = (grant.Actor.Email, grant.Actor.UserId);
        }, "changed", definition.Why, cancellationToken);

    /// <summary>Looks at the server and says what each step would do there. Nothing is changed.</summary>
    public async Task<Outcome<Operation>> PlanAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await RowAsync(grant, server, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is not { } watched)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        var plan = await planner.PlanAsync(watched, row.ToOperation().Definition, await OthersAsync(row, cancellationToken), await BeforeAsync(row, cancellationToken), cancellationToken);
        return await MoveAsync(
            grant, server, id, OperationState.Planned, changed => (changed.Plan, changed.Detail) = (JsonSerializer.Serialize(plan), null), "planned",
            $"{plan.Findings.Count} findings; definition {row.Hash[..12]}.", cancellationToken);
    }

    /// <summary>Approves what was planned, and starts it.</summary>
    /// <param name="hash">Of the definition that was looked at: another one is not approved by it.</param>
    public async Task<Outcome<Operation>> ApproveAsync(OrganizationGrant grant, Guid server, Guid id, string hash, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await RowAsync(grant, server, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (row.Hash != hash)
        {
            return new Refusal(RefusalReason.AlreadyExists, "The operation was changed since you looked at it. Look at it again.", "hash");
        }
        if (row.State != OperationState.Planned || row.ToOperation().Plan is not { } plan)
        {
            return Refusal.Invalid("state", "It needs a dry run first.");
        }
        if (time.GetUtcNow() - plan.At > PlanHolds)
        {
            return Refusal.Invalid("plan", "The dry run is more than an hour old, and the server may be another one by now. Make it again.");
        }
        // Somebody may have started another one since the dry run, or undone one that this one needs.
        var definition = row.ToOperation().Definition;
        if (OperationPlanner.OthersOf(definition, await OthersAsync(row, cancellationToken)).Concat(OperationPlanner.BeforeOf(definition, await BeforeAsync(row, cancellationToken))).FirstOrDefault(finding => finding.Weight == FindingWeight.Error) is { } busy)
        {
            return Refusal.Invalid("plan", busy.Text);
        }
        if (plan.HasErrors)
        {
            return Refusal.Invalid("plan", plan.Findings.First(finding => finding.Weight == FindingWeight.Error).Text);
        }
        if (await NeedsAnotherAsync(grant, row, plan, cancellationToken))
        {
            return Refusal.Denied("It cannot be undone or takes rows away, so somebody other than its author approves it: another admin of this organization.");
        }
        return await MoveAsync(grant, server, id, OperationState.Queued, changed =>
        {
            (changed.ApprovedBy, changed.StartedAt, changed.Detail) = (grant.Actor.Email, time.GetUtcNow(), null);
        }, "approved", $"Definition {hash}.", cancellationToken);
    }

    /// <summary>Asks it to stop after the piece of work that it is at. What a server was told to do may go on there.</summary>
    public async Task<Outcome<Operation>> PauseAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await RowAsync(grant, server, id, cancellationToken) is null)
        {
            return Gone;
        }
        var isAsked = await table.ChangeAsync(id, row =>
        {
            if (row.State is not (OperationState.Queued or OperationState.Running or OperationState.Throttled or OperationState.RollingBack))
            {
                return false;
            }
            row.Wish = OperationWish.Pause;
            return true;
        }, new NewEvent(grant.Actor.Email, "asked to pause"), cancellationToken);
        return isAsked ? await AgainAsync(grant, server, id, cancellationToken) : NotNow("paused");
    }

    /// <summary>Goes on from where it stopped; at a gate, says go.</summary>
    public async Task<Outcome<Operation>> ResumeAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken)
    {
        if (await RowAsync(grant, server, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var gate = row.ToOperation().Gate;
        return await MoveAsync(grant, server, id, OperationState.Queued, changed =>
        {
            changed.Detail = null;
            // Said here, and noted with who said it.
            changed.Step = gate is null ? changed.Step : changed.Step + 1;
        }, gate is null ? "resumed" : "said go", gate?.Question, cancellationToken);
    }

    /// <summary>Undoes what was done, the last step first.</summary>
    public Task<Outcome<Operation>> RollBackAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        MoveAsync(grant, server, id, OperationState.RollingBack, row => row.Detail = null, "asked to undo", null, cancellationToken);

    /// <summary>Gives it up before it began.</summary>
    public async Task<Outcome<Operation>> CancelAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        (await ProgressAsync(grant, server, id, cancellationToken)).Count > 0
            ? new Refusal(RefusalReason.AlreadyExists, "Something of it was done before. Pause it and undo it, so that nothing stays half done.", "state")
            : await MoveAsync(grant, server, id, OperationState.Cancelled, row => row.EndedAt = time.GetUtcNow(), "cancelled", null, cancellationToken);

    /// <summary>Changes when tables that are kept are dropped.</summary>
    public async Task<Outcome<Operation>> DropAtAsync(OrganizationGrant grant, Guid server, Guid id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await RowAsync(grant, server, id, cancellationToken) is null)
        {
            return Gone;
        }
        var isChanged = await table.ChangeAsync(id, row =>
        {
            row.DropAt = at;
            return row.State == OperationState.Keeping;
        }, new NewEvent(grant.Actor.Email, "changed the date of dropping", at.UtcDateTime.ToString("u", System.Globalization.CultureInfo.InvariantCulture)), cancellationToken);
        wake.Up();
        return isChanged ? await AgainAsync(grant, server, id, cancellationToken) : NotNow("given another date");
    }

    /// <summary>Changes how gentle it is, while it runs too.</summary>
    public async Task<Outcome<Operation>> ThrottleAsync(OrganizationGrant grant, Guid server, Guid id, OperationThrottle throttle, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (DefinitionCheck.ProblemOf(throttle) is { } problem)
        {
            return problem;
        }
        if (await RowAsync(grant, server, id, cancellationToken) is null)
        {
            return Gone;
        }
        var text = JsonSerializer.Serialize(throttle);
        var isChanged = await table.ChangeAsync(id, row =>
        {
            row.Throttle = text;
            return !row.State.IsOver();
        }, new NewEvent(grant.Actor.Email, "throttled", text), cancellationToken);
        return isChanged ? await AgainAsync(grant, server, id, cancellationToken) : NotNow("throttled");
    }

    async Task<Outcome<Operation>> MoveAsync(
        OrganizationGrant grant, Guid server, Guid id, OperationState to, Action<OperationRow> change, string what, string? detail, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Denied;
        }
        if (await RowAsync(grant, server, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var isMoved = await table.MoveAsync(id, row.Version, to, changed =>
        {
            change(changed);
            changed.Wish = OperationWish.None;
        }, new NewEvent(grant.Actor.Email, what, detail), cancellationToken);
        if (!isMoved)
        {
            return new Refusal(RefusalReason.AlreadyExists, $"That cannot be done to an operation that is {OperationWords.Of(row.State)}.", "state");
        }
        if (to is OperationState.Queued or OperationState.RollingBack or OperationState.Cancelled && await servers.FindAsync(grant.OrganizationId, server, cancellationToken) is { } watched)
        {
            await RecordAsync(grant, watched.Name, row, ActivityVerb.Updated, what);
        }
        wake.Up();
        return await AgainAsync(grant, server, id, cancellationToken);
    }

    async Task<Outcome<Operation>> AgainAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        await RowAsync(grant, server, id, cancellationToken) is { } row ? row.ToOperation() : Gone;

    async Task<OperationRow?> RowAsync(OrganizationGrant grant, Guid server, Guid id, CancellationToken cancellationToken) =>
        grant.Allows(Resource.House, Level.Read) && await table.FindAsync(id, cancellationToken) is { } row && row.OrganizationId == grant.OrganizationId && row.ServerId == server ? row : null;

    async Task<bool> NeedsAnotherAsync(OrganizationGrant grant, OperationRow row, OperationPlan plan, CancellationToken cancellationToken) =>
        plan.IsDestructive && row.CreatedById == grant.Actor.UserId && await HasAnotherAsync(grant, cancellationToken);

    /// <summary>Others of the server that have begun and are not over: what they changed is half done, or kept.</summary>
    async Task<IReadOnlyList<Operation>> OthersAsync(OperationRow row, CancellationToken cancellationToken)
    {
        OperationState[] begun =
        [
            OperationState.Queued, OperationState.Running, OperationState.Throttled, OperationState.Paused, OperationState.Failed, OperationState.RollingBack, OperationState.RollbackFailed, OperationState.Keeping,
        ];
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return [.. (await database.Set<OperationRow>().AsNoTracking()
            .Where(other => other.OrganizationId == row.OrganizationId && other.ServerId == row.ServerId && other.Id != row.Id && begun.Contains(other.State)).ToListAsync(cancellationToken))
            .Select(other => other.ToOperation())];
    }

    /// <summary>Those that it comes after.</summary>
    async Task<IReadOnlyList<Operation>> BeforeAsync(OperationRow row, CancellationToken cancellationToken)
    {
        var ids = row.ToOperation().Definition.After;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return ids.Count == 0 ? [] : [.. (await database.Set<OperationRow>().AsNoTracking()
            .Where(other => other.OrganizationId == row.OrganizationId && other.ServerId == row.ServerId && ids.Contains(other.Id)).ToListAsync(cancellationToken)).Select(other => other.ToOperation())];
    }

    /// <summary>Where nobody else could approve, the author has to.</summary>
    async Task<bool> HasAnotherAsync(OrganizationGrant grant, CancellationToken cancellationToken) =>
        (await members.ListAsync(grant, cancellationToken)).Any(member => member.UserId != grant.Actor.UserId
            && (grant with { Actor = new Actor(member.UserId, member.Email), Role = member.Role }).Allows(Resource.House, Level.Write));

    Task RecordAsync(OrganizationGrant grant, string server, OperationRow row, ActivityVerb verb, string what) => activity.RecordAsync(new ActivityEntry
    {
        OrganizationId = grant.OrganizationId,
        Actor = grant.Actor,
        Verb = verb,
        Resource = Resource.House,
        ItemId = $"{row.Id}",
        ItemName = $"Operation on {server}: {row.Title}",
        After = new { What = what, Definition = row.Hash },
    }, CancellationToken.None);

    static Refusal NotNow(string what) => new(RefusalReason.AlreadyExists, $"It is not at a point at which it can be {what}.", "state");
}
