using Prickle.Accounts;
using Prickle.Dashboards;

namespace Prickle.Templates.Gallery;

/// <summary>A dashboard about one event, made by simple rules.</summary>
sealed class XrayStarter : IDashboardStarter
{
    public Task<IReadOnlyList<StarterCard>> CardsAsync(ProjectGrant grant, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<StarterCard>>(
    [
        new("xray", "X-ray of an event", "Choose an event and get everything about it: how often, by whom, with which properties, and what comes before it.", step => builder =>
        {
            builder.OpenComponent<XrayStep>(0);
            builder.AddComponentParameter(1, nameof(XrayStep.Step), step);
            builder.CloseComponent();
        }),
    ]);
}
