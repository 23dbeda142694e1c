using Prickle.Accounts;
using Prickle.Dashboards.Picturing;
using Prickle.Pictures;

namespace Prickle.Dashboards;

/// <summary>Draws dashboards without a browser: their tiles one by one, the whole page, pages of paper.</summary>
public sealed class DashboardPictures
{
    readonly TileCards _cards;
    readonly PicturePainter _painter;
    readonly TimeProvider _time;

    internal DashboardPictures(TileCards cards, PicturePainter painter, TimeProvider time) => (_cards, _painter, _time) = (cards, painter, time);

    /// <summary>Every tile in the order in which they are read, statements included. One that fails is a picture that says so.</summary>
    /// <param name="width">Of each picture, in CSS pixels.</param>
    public async Task<IReadOnlyList<TilePicture>> OfTilesAsync(
        Project project, Dashboard dashboard, DashboardFilters filters, int width, CancellationToken cancellationToken)
    {
        var pictures = new List<TilePicture>();
        foreach (var tile in await _cards.OfAsync(project, dashboard, filters, maySql: true, cancellationToken))
        {
            var picture = await _painter.CardAsync(tile.Card, width, cancellationToken);
            pictures.Add(new TilePicture(tile.Card.Title, PictureSummary.Of(tile.Card.Title, tile.Card.Content), picture.Png, picture.Width, picture.Height, tile.ComputedAt, tile.Failed));
        }
        return pictures;
    }

    /// <summary>The whole page as a picture and in words, statements included: for those who get it and do not ask for it.</summary>
    public async Task<BoardPicture> OfBoardAsync(Project project, Dashboard dashboard, DashboardFilters filters, CancellationToken cancellationToken)
    {
        var cards = await _cards.OfAsync(project, dashboard, filters, maySql: true, cancellationToken);
        var board = Board.Of(project, dashboard, filters, cards, _time.GetUtcNow());
        return new BoardPicture(await _painter.PngAsync(board, cancellationToken), board.Facts, [.. cards.Where(card => card.Tile.Kind is TileKind.Insight)
            .Select(card => new TileWords(card.Card.Title, card.Card.Note ?? "", PictureSummary.Of(card.Card.Title, card.Card.Content)))]);
    }

    /// <summary>The page in its wide layout, twice as dense as a screen. SQL is run for those who may.</summary>
    public async Task<byte[]> PngAsync(ProjectGrant grant, Dashboard dashboard, DashboardFilters filters, CancellationToken cancellationToken) =>
        await _painter.PngAsync(await BoardAsync(grant, dashboard, filters, cancellationToken), cancellationToken);

    /// <summary>The page on sheets of A4. No tile is cut. SQL is run for those who may.</summary>
    public async Task<byte[]> PdfAsync(ProjectGrant grant, Dashboard dashboard, DashboardFilters filters, CancellationToken cancellationToken) =>
        await _painter.PdfAsync(await BoardAsync(grant, dashboard, filters, cancellationToken), cancellationToken);

    async Task<PictureBoard> BoardAsync(ProjectGrant grant, Dashboard dashboard, DashboardFilters filters, CancellationToken cancellationToken) => Board.Of(
        grant.Project, dashboard, filters, await _cards.OfAsync(grant.Project, dashboard, filters, grant.Allows(Resource.Query, Level.Read), cancellationToken), _time.GetUtcNow());
}

/// <summary>A dashboard that was drawn whole.</summary>
/// <param name="Facts">What somebody must know to read it: the period that lies over it, filters, when it was computed.</param>
/// <param name="Tiles">What its insights show, in the order in which they are read.</param>
public sealed record BoardPicture(byte[] Png, IReadOnlyList<string> Facts, IReadOnlyList<TileWords> Tiles);

/// <summary>What a tile shows, for those who read and do not look.</summary>
/// <param name="Note">Its period, and when it was computed; may be empty.</param>
/// <param name="Summary">In one sentence.</param>
public sealed record TileWords(string Name, string Note, string Summary);

/// <summary>A tile that was drawn.</summary>
/// <param name="Summary">What it shows, in one sentence.</param>
/// <param name="Png">Twice as dense as its measures say.</param>
/// <param name="Width">In CSS pixels.</param>
/// <param name="Height">In CSS pixels.</param>
/// <param name="ComputedAt">When its answer was computed; null where it has none.</param>
/// <param name="Failed">The picture says why there is no answer.</param>
public sealed record TilePicture(string Name, string Summary, byte[] Png, int Width, int Height, DateTimeOffset? ComputedAt, bool Failed);
