using Microsoft.AspNetCore.Components;
using Prickle.Accounts;

namespace Prickle.Dashboards.Gallery;

/// <summary>The dashboard on which nothing stands yet.</summary>
sealed class BlankStarter : IDashboardStarter
{
    static readonly StarterCard Blank = new(
        "blank", "Blank dashboard", "An empty page: add insights, texts and links to it one by one.", step => builder =>
        {
            builder.OpenComponent<BlankStep>(0);
            builder.AddComponentParameter(1, nameof(BlankStep.Step), step);
            builder.CloseComponent();
        })
    {
        IsFeatured = true,
        Tags = ["empty"],
        Picture = builder =>
        {
            builder.OpenComponent<BlankPicture>(0);
            builder.CloseComponent();
        },
    };

    public Task<IReadOnlyList<StarterCard>> CardsAsync(ProjectGrant grant, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StarterCard>>([Blank]);
}
