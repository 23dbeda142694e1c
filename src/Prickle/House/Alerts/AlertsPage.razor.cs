using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Destinations;
using Prickle.House.Frame;
using Prickle.Ui.Tables;

namespace Prickle.House.Alerts;

/// <summary>The alerts of a server: how they stand, what happened, and making them.</summary>
public sealed partial class AlertsPage(IServiceProvider services, ProjectAccess projects, DestinationQueries destinations, ISnackbar notices, TimeProvider time) : ServerPage, IDisposable
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(15);
    static readonly TimeSpan MuteFor = TimeSpan.FromDays(1);

    // The page is public, as pages are, and what it asks is the module's own.
    readonly AlertBook _book = services.GetRequiredService<AlertBook>();
    readonly CancellationTokenSource _closing = new();
    readonly Dictionary<Guid, string> _names = [];
    IReadOnlyList<(AlertRule Rule, IReadOnlyList<(string Node, AlertStanding Standing)> Standings)>? _rules;
    IReadOnlyList<ProjectGrant> _projects = [];
    DataTable<AlertEntry>? _history;
    AlertRule? _edited;
    ITimer? _looks;
    Guid _read;
    string? _error;
    int _version;
    bool _isEditing;
    bool _isBusy;

    public void Dispose()
    {
        _looks?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (RendererInfo.IsInteractive && Watched is not null && _read != Server)
        {
            _read = Server;
            _looks?.Dispose();
            _looks = time.CreateTimer(_ => InvokeAsync(ReadAsync), null, TimeSpan.Zero, BetweenLooks);
        }
    }

    async Task ReadAsync()
    {
        if (Organization is not { } organization)
        {
            return;
        }
        try
        {
            _projects = [.. (await projects.ListAsync(organization.Actor, _closing.Token)).Where(project => project.Project.OrganizationId == organization.OrganizationId)];
            var rules = await _book.ListAsync(organization, Server, _closing.Token);
            foreach (var way in rules.Select(one => one.Rule.Way).OfType<AlertWay>().Where(way => !_names.ContainsKey(way.DestinationId)))
            {
                _names[way.DestinationId] = (await destinations.FindAsync(way.ProjectId, way.DestinationId, _closing.Token))?.Name ?? "a destination that was deleted";
            }
            (_rules, _error) = (rules, null);
            _version++;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The edge of the page: it says so and offers to try again.
            _error = failure.Message;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        StateHasChanged();
    }

    async Task<TablePage<AlertEntry>> LoadHistoryAsync(TableQuery query, CancellationToken cancellationToken)
    {
        if (Organization is not { } organization)
        {
            return new TablePage<AlertEntry>([], false, 0);
        }
        var (count, entries) = await _book.HistoryAsync(organization, Server, query.Offset, query.Limit, cancellationToken);
        return new TablePage<AlertEntry>(entries, query.Offset + entries.Count < count, count);
    }

    void Edit(AlertRule? rule) => (_edited, _isEditing) = (rule, true);

    async Task DoneAsync()
    {
        _isEditing = false;
        await ReadAsync();
    }

    Task AddUsualAsync() => RunAsync(async organization =>
    {
        foreach (var terms in AlertWords.Usual)
        {
            if (await _book.CreateAsync(organization, Server, terms, null, _closing.Token) is Outcome<AlertRule>.Refused(var refusal))
            {
                notices.Add(refusal.Detail, Severity.Error);
                return;
            }
        }
        notices.Add("They are made. Edit one to say who is told.", Severity.Success);
    });

    Task MuteAsync(AlertRule rule) => RunAsync(async organization =>
    {
        if (await _book.MuteAsync(organization, Server, rule.Id, IsMuted(rule) ? TimeSpan.Zero : MuteFor, _closing.Token) is Outcome<AlertRule>.Refused(var refusal))
        {
            notices.Add(refusal.Detail, Severity.Error);
        }
    });

    async Task RunAsync(Func<OrganizationGrant, Task> work)
    {
        if (Organization is not { } organization || _isBusy)
        {
            return;
        }
        _isBusy = true;
        try
        {
            await work(organization);
        }
        finally
        {
            _isBusy = false;
        }
        await ReadAsync();
    }

    bool IsMuted(AlertRule rule) => rule.MutedUntil > time.GetUtcNow();

    string NameOf(AlertWay way) => _names.GetValueOrDefault(way.DestinationId, "…");
}
