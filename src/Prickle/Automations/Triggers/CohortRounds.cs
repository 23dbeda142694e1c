using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Engine;
using Prickle.Automations.Storage;
using Prickle.Cohorts;
using Prickle.Persons;
using Prickle.Storage;

namespace Prickle.Automations.Triggers;

/// <summary>
/// Sees who came into a cohort and who left it, by comparing each finished calculation with the one that was looked at before.
/// What was seen is saved after the runs that it begins: their keys hold them to one.
/// </summary>
sealed class CohortRounds(
    IDbContextFactory<PrickleDatabase> databases, AutomationDirectory directory, CohortQueries cohorts, CohortAdministration administration, PersonLookup persons,
    RunStarter starter)
{
    const int Chunk = 20_000;

    /// <summary>Larger cohorts cannot begin runs: their members would be kept twice.</summary>
    const int Most = 1_000_000;

    /// <summary>Cohorts that begin runs are calculated this often, and not once a day as others.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watching = (await directory.ActiveAsync(cancellationToken)).Where(one => one.Definition.Trigger is CohortTrigger)
            .GroupBy(one => (one.ProjectId, ((CohortTrigger)one.Definition.Trigger).Cohort)).ToList();
        foreach (var cohort in watching)
        {
            await LookAsync(cohort.Key.ProjectId, cohort.Key.Cohort, [.. cohort], cancellationToken);
        }
        await ForgetAsync([.. watching.Select(one => one.Key)], cancellationToken);
    }

    async Task LookAsync(int projectId, int cohortId, IReadOnlyList<ActiveAutomation> automations, CancellationToken cancellationToken)
    {
        if (await cohorts.FindAsync(projectId, cohortId, cancellationToken) is not { CalculatedAt: { } calculated } profile || profile.Count > Most)
        {
            return;
        }
        await administration.RefreshAsync(projectId, cohortId, Every, cancellationToken);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var known = await database.Set<CohortMembersRow>().SingleOrDefaultAsync(row => row.ProjectId == projectId && row.CohortId == cohortId, cancellationToken);
        if (known?.CalculatedAt == calculated)
        {
            return;
        }
        var members = await MembersAsync(projectId, cohortId, cancellationToken);
        if (known is null)
        {
            // Who was in it before somebody began to watch has not come in.
            database.Add(new CohortMembersRow { ProjectId = projectId, CohortId = cohortId, CalculatedAt = calculated, Members = Bytes(members) });
            await database.SaveChangesAsync(cancellationToken);
            return;
        }
        var before = Ids(known.Members);
        await BeginAsync(projectId, cohortId, calculated, automations, CohortChange.Entered, [.. members.Except(before)], cancellationToken);
        await BeginAsync(projectId, cohortId, calculated, automations, CohortChange.Left, [.. before.Except(members)], cancellationToken);
        (known.CalculatedAt, known.Members) = (calculated, Bytes(members));
        await database.SaveChangesAsync(cancellationToken);
    }

    async Task BeginAsync(
        int projectId, int cohortId, DateTimeOffset calculated, IReadOnlyList<ActiveAutomation> automations, CohortChange change, Guid[] changed, CancellationToken cancellationToken)
    {
        List<ActiveAutomation> asking = [.. automations.Where(one => ((CohortTrigger)one.Definition.Trigger).Change == change)];
        if (asking.Count == 0 || changed.Length == 0)
        {
            return;
        }
        var context = RunContext.Of(new JsonObject { ["cohort"] = cohortId, ["change"] = change == CohortChange.Entered ? "entered" : "left" });
        foreach (var chunk in changed.Chunk(500))
        {
            var found = await persons.ByIdsAsync(projectId, chunk, cancellationToken);
            await starter.StartAsync(projectId,
            [
                .. from automation in asking
                   from person in found
                   select new RunCandidate(
                       automation, string.Create(CultureInfo.InvariantCulture, $"cohort:{cohortId}:{calculated.ToUnixTimeMilliseconds()}:{person.PersonId:N}"), person.PersonId, person.DistinctId,
                       context),
            ], cancellationToken);
        }
    }

    async Task<HashSet<Guid>> MembersAsync(int projectId, int cohortId, CancellationToken cancellationToken)
    {
        var members = new HashSet<Guid>();
        for (var offset = 0; ; offset += Chunk)
        {
            var part = await cohorts.MembersAsync(projectId, cohortId, Chunk, offset, cancellationToken);
            members.UnionWith(part);
            if (part.Count < Chunk)
            {
                return members;
            }
        }
    }

    /// <summary>Nobody watches it any more: when somebody does again, it begins anew.</summary>
    async Task ForgetAsync(HashSet<(int Project, int Cohort)> watched, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var row in await database.Set<CohortMembersRow>().Select(row => new { row.ProjectId, row.CohortId }).ToListAsync(cancellationToken))
        {
            if (!watched.Contains((row.ProjectId, row.CohortId)))
            {
                await database.Set<CohortMembersRow>().Where(one => one.ProjectId == row.ProjectId && one.CohortId == row.CohortId).ExecuteDeleteAsync(cancellationToken);
            }
        }
    }

    static byte[] Bytes(HashSet<Guid> members)
    {
        var bytes = new byte[members.Count * 16];
        var at = 0;
        foreach (var member in members.Order())
        {
            member.TryWriteBytes(bytes.AsSpan(at, 16));
            at += 16;
        }
        return bytes;
    }

    static HashSet<Guid> Ids(byte[] bytes)
    {
        var ids = new HashSet<Guid>();
        for (var at = 0; at + 16 <= bytes.Length; at += 16)
        {
            ids.Add(new Guid(bytes.AsSpan(at, 16)));
        }
        return ids;
    }
}
