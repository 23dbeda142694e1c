using System.Globalization;
using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.House.Queries;
using Prickle.Ui.Dialogs;
using Prickle.Ui.Tables;
using Prickle.Ui.Values;

namespace Prickle.House.Running;

/// <summary>What runs now on all nodes of a server, and ending it.</summary>
public sealed partial class RunningPage
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(400);

    readonly HashSet<string> _chosen = [];
    List<QueryKill> _kills = [];
    RunningSnapshot? _snapshot;
    RunningQuery? _open;
    QueryOrigin? _origin;
    IDisposable? _watching;
    ITimer? _looks;
    string? _refusal;

    [SupplyParameterFromQuery(Name = "user")] public string? User { get; set; }
    [SupplyParameterFromQuery(Name = "node")] public string? Node { get; set; }

    IReadOnlyList<RunningQuery> Chosen => _snapshot is null ? [] : [.. _snapshot.Queries.Where(query => _chosen.Contains(Key(query)))];

    // The one that is filtered by stays on offer when it has nothing to do.
    IEnumerable<string> Users => _snapshot!.Queries.Select(query => query.User).Concat(string.IsNullOrEmpty(User) ? [] : [User]).Distinct().Order(StringComparer.OrdinalIgnoreCase);

    public void Dispose()
    {
        _watching?.Dispose();
        _looks?.Dispose();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        // Only a page that somebody has before them looks: one that is made beforehand does not.
        if (_watching is null && Watched is { } server && IsInteractive)
        {
            _watching = Watch.Watch(server, snapshot => _ = InvokeAsync(() => Show(snapshot)));
        }
    }

    bool IsInteractive => RendererInfo.IsInteractive;

    void Show(RunningSnapshot snapshot)
    {
        _snapshot = snapshot;
        if (_open is { } open && snapshot.Queries.FirstOrDefault(query => Key(query) == Key(open)) is { } same)
        {
            _open = same;
        }
        _chosen.IntersectWith(snapshot.Queries.Select(Key));
        StateHasChanged();
    }

    Task<TablePage<RunningQuery>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        var filter = new RunningFilter(query.Search, User, Node);
        return Task.FromResult(TablePage<RunningQuery>.Of(RunningFilter.Sorted(_snapshot!.Queries.Where(filter.Fits), query.Sort, query.Descending), query));
    }

    async Task OpenAsync(RunningQuery query)
    {
        (_open, _origin) = (query, null);
        _origin = Organization is { } organization ? await Origins.FindAsync(organization, query.QueryId, query.Comment, CancellationToken.None) : null;
    }

    void Toggle(RunningQuery query)
    {
        if (!_chosen.Remove(Key(query)))
        {
            _chosen.Add(Key(query));
        }
    }

    async Task AskAsync(IReadOnlyList<RunningQuery> queries)
    {
        if (Organization is not { } organization || queries.Count == 0)
        {
            return;
        }
        var (title, text) = queries is [var one]
            ? ($"End the statement {Short(one.QueryId, 60)}", $"It runs on {one.Node} for {one.User} since {ValueUnit.Seconds().Full(one.Elapsed)}. Its caller gets an error; what it wrote so far stays.")
            : ($"End {queries.Count} statements", $"Of {string.Join(", ", queries.Select(query => query.User).Distinct())} on {string.Join(", ", queries.Select(query => query.Node).Distinct())}. Their callers get errors; what they wrote so far stays.");
        if (!await Dialogs.ConfirmAsync(new Confirmation(title, text, queries.Count == 1 ? "End it" : "End them")))
        {
            return;
        }
        var targets = queries.Select(query => new KillTarget(query.Node.Address, query.ProcessId, query.User) { QueryId = query.QueryId }).ToList();
        switch (await Killer.StartAsync(organization, Server, targets, CancellationToken.None))
        {
            case Outcome<IReadOnlyList<QueryKill>>.Refused(var refusal):
                _refusal = refusal.Detail;
                break;
            case Outcome<IReadOnlyList<QueryKill>>.Done(var kills):
                _refusal = null;
                // What becomes of it stands above the list, and the panel would cover that.
                _open = null;
                _chosen.Clear();
                _kills = [.. kills, .. _kills.Take(20)];
                _looks ??= Time.CreateTimer(_ => _ = InvokeAsync(Look), null, BetweenLooks, BetweenLooks);
                break;
        }
    }

    void Look()
    {
        _kills = [.. _kills.Select(kill => Killer.Find(kill.OrganizationId, kill.Server, kill.Id) ?? kill)];
        if (_kills.TrueForAll(kill => kill.IsOver))
        {
            _looks?.Dispose();
            _looks = null;
        }
        StateHasChanged();
    }

    void ForgetKills() => _kills = [.. _kills.Where(kill => !kill.IsOver)];

    void Choose(string? user, string? node) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["user"] = string.IsNullOrEmpty(user) ? null : user,
        ["node"] = string.IsNullOrEmpty(node) ? null : node,
        ["page"] = null,
    }), replace: true);

    static string Key(RunningQuery query) => $"{query.Node.Address} {query.ProcessId}";

    static string Rows(RunningQuery query) => query.RowsInAll > 0
        ? $"{ValueUnit.Count().Short(query.RowsRead)} of {ValueUnit.Count().Short(query.RowsInAll)}"
        : ValueUnit.Count().Short(query.RowsRead);

    static string Short(string text, int most)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > most ? line[..most] + "…" : line;
    }
}
