using System.Globalization;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Automations.Triggers;
using Prickle.Storage;

namespace Prickle.Automations;

/// <summary>Makes, changes, publishes and ends automations. The caller's permission is checked here too, so pages need not.</summary>
public sealed class AutomationBook
{
    /// <summary>Automations of a project.</summary>
    public const int Most = 2000;

    static readonly Refusal Gone = Refusal.NotFound("The automation does not exist.");
    static readonly Refusal Late = new(RefusalReason.AlreadyExists, "Somebody changed the automation in the meantime; look at it again.", "edition");

    readonly IDbContextFactory<PrickleDatabase> _databases;
    readonly AutomationDirectory _directory;
    readonly AutomationCheck _check;
    readonly RunEnding _ending;
    readonly ActivityLog _activity;
    readonly TimeProvider _time;

    internal AutomationBook(
        IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, AutomationCheck check, RunEnding ending, ActivityLog activity, TimeProvider time) =>
        (_databases, _directory, _check, _ending, _activity, _time) = (databases, directory, check, ending, activity, time);

    /// <summary>Makes a draft. It may be unfinished; what is wrong is said when it is published.</summary>
    public async Task<Outcome<Automation>> CreateAsync(ProjectGrant grant, AutomationSettings settings, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? RefusalOf(settings)) is { } refusal)
        {
            return refusal;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<AutomationRow>().CountAsync(row => row.ProjectId == grant.ProjectId && !row.IsDeleted, cancellationToken) >= Most)
        {
            return Refusal.Invalid("name", $"A project has {Most} automations at most. Delete some that are over.");
        }
        var now = _time.GetUtcNow();
        var row = new AutomationRow
        {
            ProjectId = grant.ProjectId,
            Name = settings.Name.Trim(),
            Description = settings.Description,
            Draft = AutomationJson.Write(settings.Definition),
            WebhookToken = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)),
            CreatedBy = grant.Actor.Email,
            CreatedAt = now,
            UpdatedAt = now,
        };
        database.Add(row);
        await database.SaveChangesAsync(cancellationToken);
        _activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Created, Resource.Automation, IdOf(row), row.Name));
        await database.SaveChangesAsync(cancellationToken);
        return row.ToAutomation(null);
    }

    /// <summary>Changes the draft: what runs stays as it was published.</summary>
    /// <param name="edition">That the change was made from; null when that does not matter.</param>
    public Task<Outcome<Automation>> UpdateAsync(
        ProjectGrant grant, int id, AutomationSettings settings, CancellationToken cancellationToken, int? edition = null) =>
        RefusalOf(settings) is { } refusal ? Task.FromResult<Outcome<Automation>>(refusal) : ChangeAsync(grant, id, edition, (_, row) =>
        {
            (row.Name, row.Description, row.Draft) = (settings.Name.Trim(), settings.Description, AutomationJson.Write(settings.Definition));
            return Task.FromResult<Refusal?>(null);
        }, ActivityVerb.Updated, cancellationToken);

    /// <summary>Makes what is being worked on the version that new runs begin on, and switches it on. Refused with the first problem.</summary>
    public Task<Outcome<Automation>> PublishAsync(ProjectGrant grant, int id, CancellationToken cancellationToken, int? edition = null) =>
        ChangeAsync(grant, id, edition, async (database, row) =>
        {
            var definition = AutomationJson.Read(row.Draft);
            if ((await _check.ProblemsOfAsync(grant.ProjectId, definition, cancellationToken)).FirstOrDefault(problem => !problem.IsWarning) is { } problem)
            {
                return Refusal.Invalid(problem.Step is null ? problem.Field : $"steps.{problem.Step}.{problem.Field}", problem.Detail);
            }
            if (row.PublishedVersion is not { } last || await PublishedAsync(database, row, cancellationToken) != row.Draft)
            {
                last = (await database.Set<AutomationVersionRow>().Where(version => version.AutomationId == id).MaxAsync(version => (int?)version.Number, cancellationToken) ?? 0) + 1;
                database.Add(new AutomationVersionRow
                {
                    AutomationId = id,
                    Number = last,
                    Definition = row.Draft,
                    PublishedBy = grant.Actor.Email,
                    PublishedAt = _time.GetUtcNow(),
                });
            }
            row.PublishedVersion = last;
            SwitchOn(row, definition, grant.Project);
            return null;
        }, ActivityVerb.Updated, cancellationToken);

    /// <summary>Lets no run begin any more; those that wait go on.</summary>
    public Task<Outcome<Automation>> PauseAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) => ChangeAsync(grant, id, null, (_, row) =>
    {
        if (row.State != AutomationState.Active)
        {
            return Task.FromResult<Refusal?>(Refusal.Invalid("state", "Only an automation that is switched on can be paused."));
        }
        (row.State, row.NextAt) = (AutomationState.Paused, null);
        return Task.FromResult<Refusal?>(null);
    }, ActivityVerb.Updated, cancellationToken);

    /// <summary>Lets runs begin again, on the version that was published last.</summary>
    public Task<Outcome<Automation>> ResumeAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) => ChangeAsync(grant, id, null, async (database, row) =>
    {
        if (row.PublishedVersion is null || await PublishedAsync(database, row, cancellationToken) is not { } published)
        {
            return Refusal.Invalid("state", "Publish the automation first.");
        }
        SwitchOn(row, AutomationJson.Read(published), grant.Project);
        return null;
    }, ActivityVerb.Updated, cancellationToken);

    /// <summary>Ends an automation for good; it stays readable.</summary>
    public async Task<Outcome<Automation>> ArchiveAsync(ProjectGrant grant, int id, WaitingRuns waiting, CancellationToken cancellationToken)
    {
        var outcome = await ChangeAsync(grant, id, null, (_, row) =>
        {
            (row.State, row.NextAt, row.FinishesWaiting) = (AutomationState.Archived, null, waiting == WaitingRuns.Finish);
            return Task.FromResult<Refusal?>(null);
        }, ActivityVerb.Updated, cancellationToken);
        if (outcome is Outcome<Automation>.Done && waiting == WaitingRuns.End)
        {
            await _ending.EndAllAsync(id, RunState.Cancelled, "The automation was archived.", cancellationToken);
        }
        return outcome;
    }

    /// <summary>Deletes an automation and ends its runs.</summary>
    public async Task<Outcome<Automation>> DeleteAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        var outcome = await ChangeAsync(grant, id, null, (_, row) =>
        {
            (row.State, row.NextAt, row.IsDeleted) = (AutomationState.Archived, null, true);
            return Task.FromResult<Refusal?>(null);
        }, ActivityVerb.Deleted, cancellationToken);
        if (outcome is Outcome<Automation>.Done)
        {
            await _ending.EndAllAsync(id, RunState.Cancelled, "The automation was deleted.", cancellationToken);
        }
        return outcome;
    }

    /// <summary>Takes a deletion back: the automation is archived.</summary>
    public async Task<Outcome<Automation>> RestoreAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        await ChangeAsync(grant, id, null, (_, row) =>
        {
            row.IsDeleted = false;
            return Task.FromResult<Refusal?>(null);
        }, ActivityVerb.Restored, cancellationToken, alsoDeleted: true);

    /// <summary>Makes a draft with the same steps.</summary>
    public async Task<Outcome<Automation>> DuplicateAsync(ProjectGrant grant, int id, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<AutomationRow>().AsNoTracking().SingleOrDefaultAsync(row => row.ProjectId == grant.ProjectId && row.Id == id && !row.IsDeleted, cancellationToken) is not { } row
            ? Gone
            : await CreateAsync(grant, row.ToAutomation(null).Settings with { Name = $"{row.Name[..Math.Min(row.Name.Length, AutomationSettings.LongestName - 7)]} (copy)" }, cancellationToken);
    }

    /// <summary>Gives the automation another address to be begun at; the old one ends at once.</summary>
    public Task<Outcome<Automation>> RenewWebhookAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) => ChangeAsync(grant, id, null, (_, row) =>
    {
        row.WebhookToken = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        return Task.FromResult<Refusal?>(null);
    }, ActivityVerb.Updated, cancellationToken);

    void SwitchOn(AutomationRow row, AutomationDefinition definition, Project project)
    {
        row.State = AutomationState.Active;
        row.FinishesWaiting = false;
        row.NextAt = definition.Trigger is ScheduleTrigger schedule ? ScheduleTimes.Next(schedule, project.Zone, _time.GetUtcNow()) : null;
    }

    async Task<Outcome<Automation>> ChangeAsync(
        ProjectGrant grant, int id, int? edition, Func<PrickleDatabase, AutomationRow, Task<Refusal?>> change, ActivityVerb verb, CancellationToken cancellationToken,
        bool alsoDeleted = false)
    {
        if (RefusalOf(grant) is { } denied)
        {
            return denied;
        }
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<AutomationRow>().SingleOrDefaultAsync(row => row.ProjectId == grant.ProjectId && row.Id == id && (alsoDeleted || !row.IsDeleted), cancellationToken) is not { } row)
        {
            return Gone;
        }
        if (edition is not null && edition != row.Edition)
        {
            return Late;
        }
        var before = new { row.Name, row.Description, State = row.State.ToString(), Version = row.PublishedVersion, Definition = row.Draft };
        if (await change(database, row) is { } refusal)
        {
            return refusal;
        }
        row.Edition++;
        row.UpdatedAt = _time.GetUtcNow();
        _activity.Add(database, ActivityEntry.In(grant, verb, Resource.Automation, IdOf(row), row.Name) with
        {
            Before = before,
            After = new { row.Name, row.Description, State = row.State.ToString(), Version = row.PublishedVersion, Definition = row.Draft },
        });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Somebody saved, or published the same number, in the same moment.
            return Late;
        }
        _directory.Changed();
        return row.ToAutomation(await PublishedAsync(database, row, cancellationToken));
    }

    static Task<string?> PublishedAsync(PrickleDatabase database, AutomationRow row, CancellationToken cancellationToken) =>
        database.Set<AutomationVersionRow>().Where(version => version.AutomationId == row.Id && version.Number == row.PublishedVersion)
            .Select(version => version.Definition).SingleOrDefaultAsync(cancellationToken);

    static string IdOf(AutomationRow row) => row.Id.ToString(CultureInfo.InvariantCulture);

    static Refusal? RefusalOf(AutomationSettings settings) =>
        settings.Name.Trim() is not { Length: > 0 and <= AutomationSettings.LongestName }
            ? Refusal.Invalid("name", $"An automation needs a name of at most {AutomationSettings.LongestName} characters.")
        : settings.Description.Length > 5000 ? Refusal.Invalid("description", "A description has 5,000 characters at most.")
        : settings.Definition.Steps.Count > Definition.FlowCheck.MostSteps ? Refusal.Invalid("steps", $"{Definition.FlowCheck.MostSteps} steps are the most.")
        : null;

    static Refusal? RefusalOf(ProjectGrant grant) =>
        grant.Allows(Resource.Automation, Level.Write) ? null : Refusal.Denied("You may look at automations here, not change them.");
}
