using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Dashboards.Grid;
using Prickle.Insights;
using Prickle.Shell;
using Prickle.Sql;

namespace Prickle.Dashboards.Tiles;

/// <summary>A tile of any kind: its head, its menu, its content.</summary>
public sealed partial class TileView
{
    /// <summary>What the frame takes of a tile's height: gap, lines, head and the space below.</summary>
    const int FrameHeight = TileGrid.Gap + 2 + 58 + 12;

    TextTile? _text;
    SqlTile? _sql;
    InsightView? _view;
    TileMenu? _menu;
    InsightQuery? _query;
    string _problem = "";
    bool _asTable;

    [Parameter, EditorRequired] public required DashboardTile Tile { get; set; }

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    /// <summary>The dashboard on which it stands.</summary>
    [Parameter, EditorRequired] public int DashboardId { get; set; }

    /// <summary>The dashboard's, as they stand on the page.</summary>
    [Parameter, EditorRequired] public required DashboardFilters Filters { get; set; }

    [Parameter, EditorRequired] public required TileTurns Turns { get; set; }

    /// <summary>Its place in reading order.</summary>
    [Parameter] public int Order { get; set; }

    [Parameter] public bool MayChange { get; set; }

    [Parameter] public bool IsNarrow { get; set; }

    /// <summary>Shown on a wall: nothing to click.</summary>
    [Parameter] public bool IsFull { get; set; }

    [Parameter] public EventCallback<TileChoice> OnChoice { get; set; }

    [Parameter] public EventCallback<TileDraft> OnDraft { get; set; }

    [Parameter] public EventCallback<TileMove> OnMove { get; set; }

    /// <summary>The project, for those who have a link and nothing else.</summary>
    [Parameter] public Project? PublicProject { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    /// <summary>Whether it asks anything.</summary>
    public bool Asks => _view is not null || _sql is not null;

    bool IsSql => Tile.Insight is { } insight && AnswerSqlQuery.Handles(insight.Kind);

    DateTimeOffset? ComputedAt => _view?.ComputedAt ?? _sql?.ComputedAt;

    bool IsOutside => !Tile.Url.StartsWith('/');

    string? InsightAddress => Grant is { } grant && Tile.Insight is { Deleted: false } insight ? ProjectAddress.Of(grant.ProjectId, IsSql ? $"sql?insight={insight.ShortId}" : $"insights/{insight.ShortId}") : null;

    int BodyHeight => Math.Max(60, (IsNarrow ? Tile.Layouts.Xs : Tile.Layouts.Sm).H * TileGrid.RowHeight - FrameHeight);

    // What somebody should know before comparing this tile with its neighbours.
    (string Short, string Full)? Note =>
        IsSql ? Filters.IsEmpty || AnswerSqlQuery.HasFilters(Tile.Insight!.Query) ? null
            : ("not filtered", "The dashboard's filters do not apply: the statement has no place for them, {filters}.")
        : _query is null ? null
        : Tile.Filters is { IgnoresDashboard: true } ? (InsightNames.PeriodOf(_query.DateRange), "This tile ignores the dashboard's filters.")
        : Tile.Filters is not null ? (InsightNames.PeriodOf(_query.DateRange), "This tile has filters of its own.")
        : (InsightNames.PeriodOf(_query.DateRange), "The period of this tile.");

    /// <summary>Asks again, whatever is in the cache.</summary>
    public Task RefreshAsync() => _view?.AskAsync(Refresh.Force) ?? _sql?.AskAsync() ?? Task.CompletedTask;

    /// <summary>Shows notes as they are now.</summary>
    public Task ReadNotesAsync() => _view?.ReadNotesAsync() ?? Task.CompletedTask;

    protected override void OnParametersSet()
    {
        if (Tile is { Kind: TileKind.Insight, Insight: not null } && !IsSql)
        {
            (_query, _problem) = DashboardAnswers.QuestionOf(Tile, Filters).Match<(InsightQuery?, string)>(query => (query, ""), refusal => (null, refusal.Detail));
        }
    }

    Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken) => Turns.TakeAsync(Tile.Id, Order, cancellationToken);

    Task ChooseAsync(TileChoice choice)
    {
        if (choice == TileChoice.Edit && Tile.Kind == TileKind.Text)
        {
            _text?.Begin();
            return Task.CompletedTask;
        }
        return OnChoice.InvokeAsync(choice);
    }

    void OpenWhy()
    {
        _menu?.Close();
        _view?.OpenWhy();
    }

    void SwitchTable()
    {
        _menu?.Close();
        _asTable = !_asTable;
    }

    Task SavePictureAsync()
    {
        _menu?.Close();
        return _view?.DownloadPngAsync($"{Name}.png") ?? Task.CompletedTask;
    }

    string Csv() => _view?.ToCsv() ?? _sql?.ToCsv() ?? "";
}
