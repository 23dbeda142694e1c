using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.House.Frame;
using Prickle.Ui.Tables;

namespace Prickle.House.Backups.Pages;

/// <summary>The backups of a server: its plans, what they made, and where it lies.</summary>
public sealed partial class BackupsPage(IServiceProvider services, NavigationManager navigation, TimeProvider time) : ServerPage, IDisposable
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);

    // The page is public, as pages are, and what it asks is the module's own.
    readonly BackupBook _book = services.GetRequiredService<BackupBook>();
    readonly BackupPlans _plansBook = services.GetRequiredService<BackupPlans>();
    readonly BackupTargets _targetsBook = services.GetRequiredService<BackupTargets>();
    readonly CancellationTokenSource _closing = new();
    IReadOnlyList<BackupPlan>? _plans;
    IReadOnlyList<BackupTarget> _targets = [];
    IReadOnlyDictionary<Guid, PlanStanding> _standings = new Dictionary<Guid, PlanStanding>();
    IReadOnlyList<Backup> _running = [];
    IReadOnlyList<BackupJob> _jobs = [];
    ITimer? _looks;
    Guid _read;
    bool? _can;
    bool _isPlanning;
    bool _isPlacing;
    bool _isBusy;
    bool _hasAny;
    BackupPlan? _plan;
    BackupTarget? _target;
    Guid? _open;
    string? _error;
    string? _refusal;
    string _version = "";

    [SupplyParameterFromQuery(Name = "plan")] public Guid? Plan { get; set; }
    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

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
        if (Organization is not { } organization || Watched is not { } server)
        {
            return;
        }
        try
        {
            _can = await _book.CanAsync(server, _closing.Token) ?? _can;
            _targets = await _targetsBook.ListAsync(server, _closing.Token);
            _standings = await _book.StandingsAsync(organization, Server, _closing.Token);
            var (_, newest) = await _book.ListAsync(organization, Server, new BackupFilter(), null, true, 0, 20, _closing.Token);
            var (_, jobs) = await _book.JobsAsync(organization, Server, null, 0, 20, _closing.Token);
            _hasAny = newest.Count > 0;
            (_running, _jobs) = ([.. newest.Where(backup => !backup.IsOver)], [.. jobs.Where(job => !job.IsOver)]);
            // The table is read again only where something is new.
            _version = string.Join(' ', newest.Select(backup => $"{backup.Id:n}{backup.State}").Concat(jobs.Select(job => $"{job.Id:n}{job.State}")));
            (_plans, _error) = (await _plansBook.ListAsync(organization, Server, _closing.Token), null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not ObjectDisposedException)
        {
            // The edge of the page: it says so and offers to try again.
            _error = failure.Message;
        }
        catch (Exception)
        {
            return;
        }
        StateHasChanged();
    }

    async Task<TablePage<Backup>> LoadAsync(TableQuery query, CancellationToken cancellationToken)
    {
        if (Organization is not { } organization)
        {
            return new TablePage<Backup>([], false, 0);
        }
        var filter = new BackupFilter(query.Search, Plan, Enum.TryParse<BackupState>(State, out var state) ? state : null);
        var (count, backups) = await _book.ListAsync(organization, Server, filter, query.Sort, query.Descending, query.Offset, query.Limit, cancellationToken);
        return new TablePage<Backup>(backups, query.Offset + backups.Count < count, count);
    }

    void EditPlan(BackupPlan? plan) => (_plan, _isPlanning, _isPlacing) = (plan, true, false);

    void EditTarget(BackupTarget? target) => (_target, _isPlacing, _isPlanning) = (target, true, false);

    async Task DoneAsync()
    {
        (_isPlanning, _isPlacing) = (false, false);
        await ReadAsync();
    }

    Task RunAsync((BackupPlan Plan, BackupKind Kind) wanted) => ActAsync(async organization =>
        await _plansBook.RunAsync(organization, Server, wanted.Plan.Id, wanted.Kind, _closing.Token) is Outcome<Backup>.Refused(var refusal) ? refusal : null);

    Task PauseAsync(BackupPlan plan) => ActAsync(async organization =>
        await _plansBook.PauseAsync(organization, Server, plan.Id, !plan.IsPaused, _closing.Token) is Outcome<BackupPlan>.Refused(var refusal) ? refusal : null);

    async Task ActAsync(Func<OrganizationGrant, Task<Refusal?>> work)
    {
        if (Organization is not { } organization || _isBusy)
        {
            return;
        }
        _isBusy = true;
        try
        {
            _refusal = (await work(organization))?.Detail;
        }
        finally
        {
            _isBusy = false;
        }
        await ReadAsync();
    }

    void Choose(string? plan, string? state) => navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["plan"] = string.IsNullOrEmpty(plan) ? null : plan,
        ["state"] = string.IsNullOrEmpty(state) ? null : state,
        ["page"] = null,
    }), replace: true);
}
