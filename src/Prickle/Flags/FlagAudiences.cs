using System.Globalization;

namespace Prickle.Flags;

/// <summary>
/// Says who belongs to an audience: condition sets as flags have them, on persons, groups, cohorts and other flags, without a
/// flag of their own.
/// </summary>
public sealed class FlagAudiences
{
    readonly FlagDirectory _directory;
    readonly FlagSubjects _subjects;

    internal FlagAudiences(FlagDirectory directory, FlagSubjects subjects) => (_directory, _subjects) = (directory, subjects);

    /// <summary>Whether somebody belongs to each of the audiences, in their order. One that cannot be judged has nobody.</summary>
    public async Task<IReadOnlyList<bool>> HoldAsync(
        int projectId, IReadOnlyList<FlagFilters> audiences, FlagRequest request, CancellationToken cancellationToken)
    {
        if (audiences.Count == 0)
        {
            return [];
        }
        var kept = await _directory.KeptAsync(projectId, cancellationToken);
        // A space can stand in no flag's key, and ids below zero are no flag's.
        var asked = audiences.Select((filters, index) => new FeatureFlag
        {
            Id = -1 - index,
            ProjectId = projectId,
            Settings = new FlagSettings { Key = string.Create(CultureInfo.InvariantCulture, $"audience {index}"), Filters = filters },
        }).ToList();
        var all = CompiledFlags.Of([.. kept.Flags.All.Select(flag => flag.Flag), .. asked], kept.Cohorts, kept.Flags.GroupTypes);
        CompiledFlag[] compiled = [.. asked.Select(flag => all.Find(flag.Key)!)];
        var subject = await _subjects.OfAsync(projectId, all, compiled, request, cancellationToken);
        return [.. FlagEvaluator.Evaluate(compiled, subject).Select(answer => answer is { IsEnabled: true, Error: null })];
    }
}
