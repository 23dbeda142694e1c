namespace Prickle.Cohorts;

/// <summary>The cohorts of projects by id, as questions need them.</summary>
public interface ICohortDirectory
{
    /// <summary>Those of the ids that are cohorts of the project, deleted ones too.</summary>
    Task<IReadOnlyDictionary<int, CohortEntry>> FindAsync(int projectId, IReadOnlyCollection<int> ids, CancellationToken cancellationToken);
}

/// <summary>A cohort by name.</summary>
public sealed record CohortEntry(string Name, bool IsDeleted);
