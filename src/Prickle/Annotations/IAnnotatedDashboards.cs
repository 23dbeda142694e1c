using Prickle.Accounts;
using Prickle.Storage;

namespace Prickle.Annotations;

/// <summary>The dashboards to which annotations can be kept. The module of dashboards registers it; annotations know a number and no more.</summary>
public interface IAnnotatedDashboards
{
    /// <summary>Those of a project that are there, as a part of a larger query: where one is deleted, its annotations are gone with it.</summary>
    IQueryable<AnnotatedDashboard> Of(PrickleDatabase database, int projectId);

    /// <summary>Whether somebody may see dashboards at all.</summary>
    bool MaySee(ProjectGrant grant);
}

/// <summary>A dashboard by its name.</summary>
public sealed record AnnotatedDashboard
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
}
