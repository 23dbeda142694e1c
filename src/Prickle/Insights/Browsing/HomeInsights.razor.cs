using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Prickle.Actions;
using Prickle.Insights.Editing;
using MaterialIcons = MudBlazor.Icons.Material.Outlined;

namespace Prickle.Insights.Browsing;

/// <summary>The insights that somebody most likely wants to see again.</summary>
public sealed partial class HomeInsights(SavedInsights insights, IActionDirectory directory, IJSRuntime script) : IDisposable
{
    /// <summary>Remembers in the browser what was looked at.</summary>
    public const string Module = "./Insights/Browsing/HomeInsights.razor.js";

    const int Most = 6;

    static readonly (string Address, string Icon, string Name, string Text)[] NextSteps =
    [
        ("insights/new", MaterialIcons.Insights, "Ask a question", "How often, by how many, in which order. Save it, and it stands here."),
        ("actions", MaterialIcons.AdsClick, "Name what people do", "A click or a page becomes an action, for the past too."),
        ("cohorts", MaterialIcons.Groups, "Gather people", "A cohort of those who did something, to filter by everywhere."),
    ];

    readonly CancellationTokenSource _closing = new();
    IReadOnlyList<(SavedInsight Insight, Reason Why)>? _cards;
    IReadOnlyDictionary<int, ActionDefinition> _actions = new Dictionary<int, ActionDefinition>();

    enum Reason
    {
        Favorite,
        Visited,
        Changed,
    }

    [Parameter] public int ProjectId { get; set; }

    InsightWords Words => new(_actions);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }
        try
        {
            _actions = await directory.OfProjectAsync(ProjectId, _closing.Token);
            _cards = await ReadAsync();
            StateHasChanged();
        }
        catch (Exception exception) when (exception is OperationCanceledException or JSDisconnectedException)
        {
            // The page was left.
        }
    }

    async Task<List<(SavedInsight, Reason)>> ReadAsync()
    {
        List<(SavedInsight Insight, Reason Why)> cards = [];
        var favorites = await insights.ListAsync(ProjectId, new InsightListFilter { FavoritesOnly = true }, Most, 0, _closing.Token);
        cards.AddRange(favorites.Insights.Select(insight => (insight, Reason.Favorite)));
        foreach (var id in await VisitedAsync())
        {
            if (cards.Count < Most && cards.All(card => card.Insight.ShortId != id) && await insights.FindAsync(ProjectId, id, _closing.Token) is { Deleted: false } insight)
            {
                cards.Add((insight, Reason.Visited));
            }
        }
        var changed = await insights.ListAsync(ProjectId, new InsightListFilter(), Most, 0, _closing.Token);
        cards.AddRange(changed.Insights.Where(insight => cards.All(card => card.Insight.Id != insight.Id)).Take(Most - cards.Count).Select(insight => (insight, Reason.Changed)).ToList());
        return cards;
    }

    async Task<string[]> VisitedAsync()
    {
        await using var module = await script.InvokeAsync<IJSObjectReference>("import", _closing.Token, Module);
        return module is null ? [] : await module.InvokeAsync<string[]>("visited", _closing.Token, ProjectId) ?? [];
    }

    static string IconOf(SavedInsight insight) =>
        insight.Favorited ? MudBlazor.Icons.Material.Filled.Star
        : QuestionKind.All.FirstOrDefault(kind => kind.Begin().GetType().Name == insight.Kind)?.Icon ?? MaterialIcons.Code;

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
