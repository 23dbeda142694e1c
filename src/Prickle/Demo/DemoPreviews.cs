using Prickle.Accounts;
using Prickle.Demo.Story;
using Prickle.Previews;

namespace Prickle.Demo;

/// <summary>The previews of the demo: a beta that some have on, and why others do not; a concept that people want.</summary>
sealed partial class DemoPreviews(PreviewBook book, PreviewQueries previews, PreviewPictures pictures, PreviewOffers offers, ILogger<DemoPreviews> logger)
{
    static readonly string[] Reasons =
    [
        "I could not find last year's beds any more.",
        "Lovely on the large screen. On my phone the seasons are too small to touch, and the rain keeps turning them.",
        "We plan by week here, not by season.",
    ];

    /// <summary>Makes those that are not there yet, and lets people of the story choose.</summary>
    public async Task MakeAsync(ProjectGrant grant, LeafpileStory story, CancellationToken cancellationToken)
    {
        var there = (await previews.ListAsync(grant.ProjectId, new PreviewFilter(), cancellationToken)).Select(preview => preview.Name).ToHashSet();
        var people = story.Gardeners.Select(visitor => new PreviewVisitor(visitor.UserId)).ToList();
        var beta = new PreviewSettings
        {
            Name = "Season board",
            Description = "The whole year of a garden on one board: beds down the side, seasons across.\nDrag a plant to where it goes, and its chores come along.",
            Stage = PreviewStage.Beta,
            DocumentationUrl = "https://leafpile.test/help/season-board",
            SeatLimit = 40,
        };
        if (!there.Contains(beta.Name) && await CreateAsync(grant, beta, cancellationToken) is { } board)
        {
            await pictures.AddAsync(grant, board.Id, SeasonBoard.Draw(), "A board with four seasons across and five beds down the side", cancellationToken);
            foreach (var (person, index) in people.Take(20).Select((person, index) => (person, index)))
            {
                await LookAsync(grant, board, person, index < 15 ? new PreviewChoice(true) { Source = "widget" } : null, cancellationToken);
            }
            foreach (var (person, index) in people.Take(Reasons.Length).Select((person, index) => (person, index)))
            {
                await offers.ChooseAsync(
                    grant.Project, $"{board.Id}", person, new PreviewChoice(false) { Source = "widget", Feedback = Reasons[index] }, cancellationToken);
            }
        }
        var concept = new PreviewSettings
        {
            Name = "Shade map",
            Description = "Where the sun reaches at which hour, drawn over your beds from the shape of your house and trees.",
            Stage = PreviewStage.Concept,
        };
        if (!there.Contains(concept.Name) && await CreateAsync(grant, concept, cancellationToken) is { } map)
        {
            foreach (var (person, index) in people.Skip(8).Take(10).Select((person, index) => (person, index)))
            {
                await LookAsync(grant, map, person, index < 7 ? new PreviewChoice(true) { WantsIt = index % 3 > 0, Source = "widget" } : null, cancellationToken);
            }
        }
    }

    async Task LookAsync(ProjectGrant grant, FeaturePreview preview, PreviewVisitor person, PreviewChoice? choice, CancellationToken cancellationToken)
    {
        await offers.ListAsync(grant.Project, person, isOpened: true, cancellationToken);
        if (choice is not null)
        {
            await offers.ChooseAsync(grant.Project, $"{preview.Id}", person, choice, cancellationToken);
        }
    }

    async Task<FeaturePreview?> CreateAsync(ProjectGrant grant, PreviewSettings settings, CancellationToken cancellationToken)
    {
        switch (await book.CreateAsync(grant, settings, null, cancellationToken))
        {
            case Outcome<FeaturePreview>.Done(var made):
                return made;
            case Outcome<FeaturePreview>.Refused(var refusal):
                LogRefused(settings.Name, refusal.Detail);
                return null;
            default:
                return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo preview {Name} could not be made: {Why}")]
    partial void LogRefused(string name, string why);
}
