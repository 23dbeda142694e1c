namespace Prickle.Cohorts;

/// <summary>A cohort as pages and the API show it.</summary>
/// <param name="Count">By the last finished calculation; null before the first.</param>
/// <param name="Error">Why the last calculation failed; null when it did not.</param>
/// <param name="IsCalculating">A calculation is asked for or under way.</param>
public sealed record CohortProfile(
    int Id, int ProjectId, CohortSettings Settings, long? Count, DateTimeOffset? CalculatedAt, string? Error, bool IsCalculating,
    string CreatedBy, DateTimeOffset CreatedAt);

/// <summary>A finished calculation.</summary>
public sealed record CohortRun(DateTimeOffset At, long? Count, double Seconds, string? Error);

/// <summary>What became of people who were to be added.</summary>
/// <param name="Unknown">Ids and e-mails that lead to nobody; at most 100 are named.</param>
public sealed record CohortAddition(int Added, int UnknownCount, IReadOnlyList<string> Unknown);

/// <summary>Something that stands on a cohort.</summary>
/// <param name="Kind">What it is, in a word: cohort, insight.</param>
/// <param name="Address">Below the project's address.</param>
public sealed record CohortUse(string Kind, string Name, string Address);

/// <summary>Tells what of a module uses a cohort; each module that can registers one.</summary>
public interface ICohortUse
{
    Task<IReadOnlyList<CohortUse>> OfAsync(int projectId, int cohortId, CancellationToken cancellationToken);
}
