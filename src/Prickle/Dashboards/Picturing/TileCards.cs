using Prickle.Accounts;
using Prickle.Insights;
using Prickle.Pictures;
using Prickle.Sql;

namespace Prickle.Dashboards.Picturing;

/// <summary>Asks what the tiles of a dashboard ask, a few at once, and makes cards of the answers.</summary>
sealed partial class TileCards(DashboardAnswers answers, InsightPictures pictures, InsightNames names, ILogger<TileCards> log)
{
    /// <summary>As pages do: the store answers a project a few questions at a time.</summary>
    const int AtOnce = 4;

    /// <summary>In the order in which tiles are read in the wide layout.</summary>
    /// <param name="maySql">Whether statements are run for whoever asks.</param>
    public async Task<IReadOnlyList<TileCard>> OfAsync(
        Project project, Dashboard dashboard, DashboardFilters filters, bool maySql, CancellationToken cancellationToken)
    {
        var titles = await names.OfAsync(project.Id, dashboard.Tiles.Select(tile => tile.Insight).OfType<SavedInsight>(), cancellationToken);
        var tiles = dashboard.Tiles.OrderBy(tile => tile.Layouts.Sm.Y).ThenBy(tile => tile.Layouts.Sm.X).ToList();
        var cards = new TileCard[tiles.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, tiles.Count, options, async (index, stop) =>
            cards[index] = await OfAsync(project, dashboard.Id, tiles[index], filters, tiles[index].Insight is { } insight ? titles[insight.Id] : "", maySql, stop));
        return cards;
    }

    async Task<TileCard> OfAsync(
        Project project, int dashboardId, DashboardTile tile, DashboardFilters filters, string title, bool maySql, CancellationToken cancellationToken)
    {
        if (Plain(tile) is { } plain)
        {
            return new TileCard(tile, Accented(tile, plain), null, Failed: tile.Kind is TileKind.Insight);
        }
        var (answer, note) = await AnswerAsync(project, dashboardId, tile, filters, title, maySql, cancellationToken);
        var card = new PictureCard(title, InsightPictures.NoteOf(note, answer.ComputedAt, project.Zone), answer.Content);
        return new TileCard(tile, Accented(tile, card), answer.ComputedAt, answer.Failed);
    }

    // What needs no answer.
    static PictureCard? Plain(DashboardTile tile) => tile.Kind switch
    {
        TileKind.Section => new PictureCard(tile.Title, null, new MarkdownContent("")) { Frame = CardFrame.Section },
        TileKind.Text => new PictureCard("Text", null, new MarkdownContent(tile.Body)) { Frame = CardFrame.Bare },
        TileKind.Link => new PictureCard(tile.Title.Length > 0 ? tile.Title : tile.Url, null, new LinkContent(tile.Body, tile.Url)),
        _ when tile.Insight is null or { Deleted: true } => new PictureCard(tile.Insight?.Name is { Length: > 0 } name ? name : "Deleted insight", null,
            new NoticeContent("This insight was deleted", "Restore it from the list of insights, or remove the tile.", IsFailure: true)),
        _ => null,
    };

    async Task<(PicturedAnswer Answer, string? Note)> AnswerAsync(
        Project project, int dashboardId, DashboardTile tile, DashboardFilters filters, string title, bool maySql, CancellationToken cancellationToken)
    {
        var insight = tile.Insight!;
        using var noted = DashboardAnswers.AskedFor(dashboardId, tile).Note();
        try
        {
            if (AnswerSqlQuery.Handles(insight.Kind))
            {
                return (maySql
                    ? await pictures.OfSqlAsync(project, DashboardAnswers.FiltersOf(tile, filters).Over(insight), title, cancellationToken)
                    : PicturedAnswer.Failure("The statement cannot be run", "You may not run SQL in this project."), filters.IsEmpty || AnswerSqlQuery.HasFilters(insight.Query) ? null : "not filtered");
            }
            if (DashboardAnswers.QuestionOf(tile, filters) is Outcome<InsightQuery>.Refused { Refusal: var wrong })
            {
                return (PicturedAnswer.Failure("This tile cannot be asked", wrong.Detail), null);
            }
            var query = ((Outcome<InsightQuery>.Done)DashboardAnswers.QuestionOf(tile, filters)).Value;
            var asked = await answers.AskAsync(project, dashboardId, tile, filters, Refresh.BlockingIfStale, cancellationToken);
            return (asked is Outcome<InsightAnswer>.Done { Value: var answer }
                ? await pictures.OfAnswerAsync(project, query, answer, title, cancellationToken, dashboardId)
                : PicturedAnswer.Failure("This question cannot be asked", ((Outcome<InsightAnswer>.Refused)asked).Refusal.Detail), InsightNames.PeriodOf(query.DateRange));
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The edge of a tile: whatever failed, the others go on.
            NotAnswered(failure, tile.Id);
            return (PicturedAnswer.Failure("The question could not be answered", "The store of events did not answer it. Try again in a moment."), null);
        }
    }

    static PictureCard Accented(DashboardTile tile, PictureCard card) => card with
    {
        Accent = tile.Color switch
        {
            "blue" => "info",
            "green" => "success",
            "purple" => "series-4",
            "black" => "text",
            "honey" => "tertiary",
            _ => null,
        },
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tile {Tile} could not be drawn")]
    partial void NotAnswered(Exception failure, int tile);
}
