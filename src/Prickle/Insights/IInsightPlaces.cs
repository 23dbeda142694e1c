using Prickle.Accounts;

namespace Prickle.Insights;

/// <summary>Something that can show insights and takes more of them, such as a dashboard.</summary>
/// <param name="Address">Where it is looked at.</param>
public sealed record InsightPlace(int Id, string Name, string Address);

/// <summary>Where insights can be put. The module of dashboards registers one.</summary>
public interface IInsightPlaces
{
    /// <summary>Those whose names match, at most fifty.</summary>
    Task<IReadOnlyList<InsightPlace>> ListAsync(ProjectGrant grant, string search, CancellationToken cancellationToken);

    /// <summary>Puts a saved insight there.</summary>
    Task<Outcome<InsightPlace>> AddAsync(ProjectGrant grant, int placeId, string shortId, CancellationToken cancellationToken);
}
