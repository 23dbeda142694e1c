namespace Prickle.Filters;

/// <summary>
/// The things of a project that a filter of one type names by id: cohorts, types of groups. The module that owns them says
/// them, since filters know none of it.
/// </summary>
public interface IFilterChoices
{
    /// <summary>The type of filter they are for: cohort or group.</summary>
    string Type { get; }

    Task<IReadOnlyList<FilterChoice>> OfProjectAsync(int projectId, CancellationToken cancellationToken);
}

/// <summary>One of them.</summary>
public sealed record FilterChoice(int Id, string Name);
