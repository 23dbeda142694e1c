using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Dashboards;

namespace Prickle.Templates.Gallery;

/// <summary>The templates as cards of the gallery; each has a picture drawn from its own tiles.</summary>
sealed class TemplateStarter(TemplateBook templates) : IDashboardStarter
{
    public async Task<IReadOnlyList<StarterCard>> CardsAsync(ProjectGrant grant, CancellationToken cancellationToken) =>
        [.. (await templates.ListAsync(grant.Project, null, null, null, cancellationToken)).Select(Card)];

    static StarterCard Card(KnownTemplate known) => new(
        known.Template.Key, known.Template.Name, known.Template.Description, step => builder =>
        {
            builder.OpenComponent<TemplateStep>(0);
            builder.AddComponentParameter(1, nameof(TemplateStep.Step), step);
            builder.AddComponentParameter(2, nameof(TemplateStep.Known), known);
            builder.CloseComponent();
        })
    {
        IsFeatured = known.Template.Featured,
        Tags = known.Scope == TemplateScope.BuiltIn ? known.Template.Tags : [known.Scope == TemplateScope.Organization ? "organization" : "project", .. known.Template.Tags],
        Picture = builder =>
        {
            builder.OpenComponent<TemplatePicture>(0);
            builder.AddComponentParameter(1, nameof(TemplatePicture.Template), known.Template);
            builder.CloseComponent();
        },
    };
}
