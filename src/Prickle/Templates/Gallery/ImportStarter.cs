using Prickle.Accounts;
using Prickle.Dashboards;

namespace Prickle.Templates.Gallery;

/// <summary>A template that somebody else made, from a file or an address.</summary>
sealed class ImportStarter : IDashboardStarter
{
    public Task<IReadOnlyList<StarterCard>> CardsAsync(ProjectGrant grant, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<StarterCard>>(
        !grant.Allows(Resource.DashboardTemplate, Level.Write) ? [] :
        [
            new("import", "Import a template", "From a file that another Prickle exported, or from an address.", step => builder =>
            {
                builder.OpenComponent<ImportStep>(0);
                builder.AddComponentParameter(1, nameof(ImportStep.Step), step);
                builder.CloseComponent();
            }),
        ]);
}
