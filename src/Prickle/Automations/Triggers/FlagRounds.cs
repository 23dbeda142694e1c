using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Flags;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary>Begins runs by changes of flags, as the activity log tells them: in its order, each once, after a restart too.</summary>
sealed class FlagRounds(
    IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, ProjectDirectory projects, ActivityLog activity, FlagQueries flags, RunStarter starter)
{
    const int Chunk = 100;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watching = (await directory.ActiveAsync(cancellationToken)).Where(one => one.Definition.Trigger is FlagTrigger).ToLookup(one => one.ProjectId);
        foreach (var project in watching)
        {
            await LookAsync(project.Key, [.. project], cancellationToken);
        }
    }

    async Task LookAsync(int projectId, IReadOnlyList<ActiveAutomation> automations, CancellationToken cancellationToken)
    {
        if (await projects.FindAsync(projectId, cancellationToken) is not { } project)
        {
            return;
        }
        var name = string.Create(CultureInfo.InvariantCulture, $"flags {projectId}");
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var cursor = await database.Set<CursorRow>().SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
        var newest = (await activity.ListAsync(
            new ActivityFilter(project.OrganizationId, [projectId], false) { Resource = Resource.FeatureFlag }, Chunk, 0, cancellationToken)).Items;
        if (cursor is null)
        {
            // What happened before somebody began to watch begins nothing.
            database.Add(cursor = new CursorRow { Name = name, Position = newest is [var last, ..] ? last.Id : 0 });
        }
        foreach (var item in newest.Where(item => item.Id > cursor.Position).OrderBy(item => item.Id))
        {
            await BeginAsync(project, automations, item, cancellationToken);
            cursor.Position = item.Id;
        }
        await database.SaveChangesAsync(cancellationToken);
    }

    async Task BeginAsync(Project project, IReadOnlyList<ActiveAutomation> automations, ActivityItem item, CancellationToken cancellationToken)
    {
        var key = int.TryParse(item.ItemId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (await flags.FindAsync(project.Id, id, cancellationToken))?.Key : null;
        key ??= item.ItemName;
        var context = RunContext.Of(new JsonObject
        {
            ["flag"] = key,
            ["change"] = item.Activity.ToString().ToLowerInvariant(),
            ["by"] = item.UserEmail,
            ["at"] = item.CreatedAt,
            ["before"] = item.Before?.DeepClone(),
            ["after"] = item.After?.DeepClone(),
        });
        await starter.StartAsync(project.Id,
        [
            .. automations.Where(one => ((FlagTrigger)one.Definition.Trigger).Flag is not { } wanted || wanted == key)
                .Select(one => new RunCandidate(one, string.Create(CultureInfo.InvariantCulture, $"flag:{item.Id}"), null, null, context)),
        ], cancellationToken);
    }
}
