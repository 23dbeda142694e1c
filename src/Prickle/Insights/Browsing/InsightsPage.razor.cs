using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Insights.Editing;
using Prickle.Shell;
using Prickle.Ui.Tables;

namespace Prickle.Insights.Browsing;

/// <summary>The insights that were kept; what is listed stands in the address.</summary>
public sealed partial class InsightsPage(SavedInsights insights, IActionDirectory directory, NavigationManager navigation)
{
    DataTable<SavedInsight>? _table;
    IReadOnlyDictionary<int, ActionDefinition> _actions = new Dictionary<int, ActionDefinition>();
    SavedInsight? _deleted;
    string? _problem;

    [Parameter] public int ProjectId { get; set; }

    [SupplyParameterFromQuery(Name = "kind")] public string? Kind { get; set; }

    /// <summary>mine or favorites.</summary>
    [SupplyParameterFromQuery(Name = "only")] public string? Only { get; set; }

    [SupplyParameterFromQuery(Name = "tag")] public string? Tag { get; set; }

    /// <summary>Has just been deleted: can be taken back here.</summary>
    [SupplyParameterFromQuery(Name = "deleted")] public string? Deleted { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.Insight, Level.Write) == true;

    bool IsFiltered => !string.IsNullOrEmpty(Kind) || !string.IsNullOrEmpty(Only) || !string.IsNullOrEmpty(Tag);

    protected override async Task OnParametersSetAsync()
    {
        _deleted = Deleted is { Length: > 0 } id && RendererInfo.IsInteractive
            && await insights.FindAsync(ProjectId, id, CancellationToken.None) is { Deleted: true } found ? found : null;
    }

    async Task<TablePage<SavedInsight>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        _actions = await directory.OfProjectAsync(ProjectId, cancellationToken);
        var filter = new InsightListFilter
        {
            Search = query.Search,
            Kind = Kind,
            Tag = Tag,
            FavoritesOnly = Only == "favorites",
            CreatedBy = Only == "mine" ? Grant?.Actor.UserId : null,
            Order = $"{(query.Descending ? "-" : "")}{query.Sort}",
        };
        var found = await insights.ListAsync(ProjectId, filter, query.Limit, query.Offset, cancellationToken);
        return new TablePage<SavedInsight>(found.Insights, query.Offset + found.Insights.Count < found.Count, found.Count);
    }

    Task FavorAsync(SavedInsight insight) => ChangeAsync(insight, InsightDraft.Of(insight) with { Favorited = !insight.Favorited });

    async Task RestoreAsync()
    {
        if (_deleted is { } deleted)
        {
            await ChangeAsync(deleted, InsightDraft.Of(deleted) with { Deleted = false });
            navigation.NavigateTo(AddressOf(deleted));
        }
    }

    async Task ChangeAsync(SavedInsight insight, InsightDraft draft)
    {
        if (Grant is not { } grant)
        {
            return;
        }
        _problem = (await insights.UpdateAsync(grant, insight.ShortId, draft, CancellationToken.None)).Match<string?>(_ => null, refusal => refusal.Detail);
        await (_table?.ReloadAsync() ?? Task.CompletedTask);
    }

    string NameOf(SavedInsight insight) => new InsightWords(_actions).NameOf(insight);

    string AddressOf(SavedInsight insight) => ProjectAddress.Of(ProjectId, InsightWords.AddressOf(insight));

    void Open(SavedInsight insight) => navigation.NavigateTo(AddressOf(insight));

    void Go(string? kind, string? only, string? tag) => navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["kind"] = string.IsNullOrEmpty(kind) ? null : kind,
        ["only"] = string.IsNullOrEmpty(only) ? null : only,
        ["tag"] = string.IsNullOrEmpty(tag) ? null : tag,
        ["deleted"] = null,
        ["page"] = null,
    }));

    static string? Text(ChangeEventArgs change) => change.Value?.ToString()?.Trim();
}
