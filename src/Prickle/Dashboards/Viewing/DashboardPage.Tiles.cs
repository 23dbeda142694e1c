using MudBlazor;
using Prickle.Accounts;
using Prickle.Dashboards.Grid;
using Prickle.Dashboards.Tiles;
using Prickle.Insights;

namespace Prickle.Dashboards.Viewing;

/// <summary>What is done with tiles.</summary>
public sealed partial class DashboardPage
{
    Dictionary<int, TileView> Views { get; } = [];

    string NameOf(DashboardTile tile) => tile.NameAmong(_names);

    async Task AddAsync(TileDraft draft)
    {
        if (Grant is { } grant && await ShowAsync(await book.AddTilesAsync(grant, Number, [draft], _closing.Token)))
        {
            Close();
        }
    }

    Task ChooseAsync(DashboardTile tile, TileChoice choice)
    {
        (_tile, _sideProblem) = (tile, null);
        _side = choice switch
        {
            TileChoice.Edit => Side.Words,
            TileChoice.Filters => Side.Filters,
            TileChoice.Transfer => Side.Transfer,
            _ => null,
        };
        return choice switch
        {
            TileChoice.Duplicate => AddAsync(TileDraft.Of(tile) with { Layouts = null, TemplateTile = null }),
            TileChoice.Remove => RemoveAsync(tile),
            _ => Task.CompletedTask,
        };
    }

    async Task ChangeTileAsync(DashboardTile tile, TileDraft draft)
    {
        if (Grant is { } grant && await ShowAsync(await book.UpdateTileAsync(grant, Number, tile.Id, draft, _closing.Token)))
        {
            Close();
        }
    }

    async Task RenameAsync(DashboardTile tile, string name)
    {
        if (Grant is not { } grant || tile.Insight is not { } insight)
        {
            return;
        }
        _sideProblem = (await insights.UpdateAsync(grant, insight.ShortId, InsightDraft.Of(insight) with { Name = name }, _closing.Token))
            .Match<string?>(_ => null, refusal => refusal.Detail);
        if (_sideProblem is null)
        {
            Close();
            await ReadAsync();
        }
    }

    async Task RemoveAsync(DashboardTile tile)
    {
        if (Grant is not { } grant || !await ShowAsync(await book.RemoveTileAsync(grant, Number, tile.Id, _closing.Token)))
        {
            return;
        }
        var draft = TileDraft.Of(tile);
        Offer($"“{NameOf(tile)}” was removed{(tile.Kind == TileKind.Insight ? "; the insight stays" : null)}.", async () =>
        {
            // Others may stand in its place by now: then it comes back to the first free one.
            var back = await book.AddTilesAsync(grant, Number, [draft], _closing.Token);
            await ShowAsync(back is Outcome<Dashboard>.Done ? back : await book.AddTilesAsync(grant, Number, [draft with { Layouts = null }], _closing.Token));
        });
    }

    async Task TransferAsync(DashboardTile tile, DashboardSummary target, bool isMove)
    {
        if (Grant is not { } grant)
        {
            return;
        }
        var copied = await book.AddTilesAsync(grant, target.Id, [TileDraft.Of(tile) with { Layouts = null, TemplateTile = null }], _closing.Token);
        if (copied is Outcome<Dashboard>.Refused { Refusal: var refusal })
        {
            _sideProblem = refusal.Detail;
            return;
        }
        if (isMove && !await ShowAsync(await book.RemoveTileAsync(grant, Number, tile.Id, _closing.Token)))
        {
            return;
        }
        Close();
        notices.Add($"“{NameOf(tile)}” was {(isMove ? "moved" : "copied")} to “{target.Name}”.", Severity.Success);
    }

    Task MoveAsync(DashboardTile tile, TileMove move)
    {
        if (_dashboard is not { } dashboard)
        {
            return Task.CompletedTask;
        }
        var places = dashboard.Tiles.ToDictionary(one => one.Id, one => _isNarrow ? one.Layouts.Xs : one.Layouts.Sm);
        return ArrangeAsync(_isNarrow, TileMoves.Step(places, tile.Id, move, _isNarrow ? 1 : TileGrid.Columns));
    }

    /// <summary>Keeps the places of all tiles at once, so that what is on the screen is what is kept.</summary>
    async Task ArrangeAsync(bool isNarrow, IReadOnlyDictionary<int, TilePlace> places)
    {
        if (Grant is not { } grant || _dashboard is not { } dashboard)
        {
            return;
        }
        var before = dashboard.Tiles.ToDictionary(tile => tile.Id, tile => tile.Layouts);
        var after = before.Where(one => places.ContainsKey(one.Key))
            .ToDictionary(one => one.Key, one => isNarrow ? one.Value with { Xs = places[one.Key] } : one.Value with { Sm = places[one.Key] });
        if (after.All(one => one.Value == before[one.Key]))
        {
            return;
        }
        if (await ShowAsync(await book.ArrangeAsync(grant, Number, after, _closing.Token)))
        {
            Offer("The tiles were arranged.", async () => await ShowAsync(await book.ArrangeAsync(grant, Number,
                before.Where(one => _dashboard?.Tiles.Any(tile => tile.Id == one.Key) == true).ToDictionary(), _closing.Token)));
        }
        else
        {
            // Somebody else changed it meanwhile: what is kept counts.
            await ReadAsync();
        }
    }
}
