using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Flags;
using Prickle.Previews.Storage;
using Prickle.Storage;

namespace Prickle.Previews.Enrolling;

/// <summary>Keeps the flags of previews such that people can choose them, whoever changes them.</summary>
sealed class PreviewFlagUse(IDbContextFactory<PrickleDatabase> databases) : IFlagUse
{
    public async Task<IReadOnlyList<FlagUse>> OfAsync(int projectId, FeatureFlag flag, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return [.. (await database.Set<PreviewRow>().AsNoTracking().Where(row => row.ProjectId == projectId && row.FlagId == flag.Id && !row.IsDeleted)
            .Select(row => new { row.Id, row.Name }).ToListAsync(cancellationToken)).Select(row => new FlagUse("preview", row.Name, $"previews/{row.Id}"))];
    }

    public async Task<Outcome<FlagSettings>> ChangingAsync(FeatureFlag flag, FlagSettings wanted, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var preview = await database.Set<PreviewRow>().AsNoTracking()
            .FirstOrDefaultAsync(row => row.ProjectId == flag.ProjectId && row.FlagId == flag.Id && !row.IsDeleted, cancellationToken);
        if (preview is null)
        {
            return wanted;
        }
        if (RefusalOf(wanted, "") is { } refusal)
        {
            return refusal with { Detail = $"The preview \"{preview.Name}\" uses this flag. {refusal.Detail}" };
        }
        // The mark is the preview's: whoever sends filters without it means nothing by that.
        var isOpen = PreviewStages.Enrolls(preview.Stage);
        return wanted with { Filters = wanted.Filters with { IsEnrollment = isOpen, IsEnrollmentGuarded = isOpen && preview.IsGuarded } };
    }

    /// <summary>Why people could not choose such a flag; null when they can.</summary>
    /// <param name="attribute">What is wrong, when it is not a part of the flag itself.</param>
    public static Refusal? RefusalOf(FlagSettings flag, string attribute)
    {
        if (flag.Filters.Variants.Count > 0)
        {
            return Refusal.Invalid(attribute is "" ? "filters.multivariate" : attribute, "A flag with variants cannot be chosen by people: it has to be on or off.");
        }
        if (flag.IsRemoteConfiguration)
        {
            return Refusal.Invalid(attribute is "" ? "is_remote_configuration" : attribute, "Remote configuration cannot be chosen by people: it has to be a flag that is on or off.");
        }
        return flag.Filters.GroupTypeIndex is not null || flag.Filters.Groups.Any(set => set.Aggregation?.GroupTypeIndex is not null)
            ? Refusal.Invalid(
                attribute is "" ? "filters.aggregation_group_type_index" : attribute, "A flag by groups cannot be chosen by people: its conditions have to be on persons.")
            : null;
    }
}
