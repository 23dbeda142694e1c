using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.House.Backups.Work;
using Prickle.Servers;
using Prickle.Ui.Dialogs;

namespace Prickle.House.Backups.Pages;

/// <summary>Makes a plan, or changes or deletes one.</summary>
public sealed partial class PlanForm(IServiceProvider services, IDialogService dialogs, TimeProvider time) : IDisposable
{
    const int MostShown = 60;

    static readonly IReadOnlyList<string> Zones = [.. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId).Select(zone => zone.Id).Order(StringComparer.Ordinal)];

    readonly BackupPlans _plans = services.GetRequiredService<BackupPlans>();
    readonly BackupBook _book = services.GetRequiredService<BackupBook>();
    readonly CancellationTokenSource _closing = new();
    readonly HashSet<string> _databases = [];
    readonly HashSet<BackupTable> _chosen = [];
    IReadOnlyList<ServerTable>? _tables;
    string _name = "Nightly", _search = "", _full = "0 3 * * *", _incremental = "", _zone = "UTC";
    string? _node;
    string? _missing;
    Guid _target;
    int? _chains = 7;
    int? _days;
    int _minutes = 720;
    bool _drills = true;
    bool _hashes = true;
    bool _isBusy;
    Refusal? _problem;

    [Parameter, EditorRequired] public required OrganizationGrant Organization { get; set; }
    [Parameter, EditorRequired] public required WatchedServer Server { get; set; }
    [Parameter, EditorRequired] public IReadOnlyList<BackupTarget> Targets { get; set; } = [];

    /// <summary>Null for a new one.</summary>
    [Parameter] public BackupPlan? Plan { get; set; }

    /// <summary>It was saved, deleted or left.</summary>
    [Parameter] public EventCallback OnDone { get; set; }

    [CascadingParameter] public TimeZoneInfo? Zone { get; set; }

    IEnumerable<IGrouping<string, ServerTable>> Shown => (_tables ?? [])
        .Where(table => _search.Trim().Length == 0 || table.Table.ToString().Contains(_search.Trim(), StringComparison.OrdinalIgnoreCase)).GroupBy(table => table.Table.Database);

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _zone = Zone is { HasIanaId: true } own ? own.Id : "UTC";
        _node = Server.Nodes.Count > 1 ? Server.Nodes[0].Authority : null;
        _target = Targets.Count > 0 ? Targets[0].Id : Guid.Empty;
        if (Plan is { } plan)
        {
            var terms = plan.Terms;
            (_name, _full, _incremental, _zone, _node) = (plan.Name, terms.FullCron, terms.IncrementalCron ?? "", terms.TimeZone, terms.Node ?? _node);
            (_target, _chains, _days, _minutes, _drills, _hashes) = (terms.TargetId, terms.Keeping.Chains, terms.Keeping.Days, terms.TimeoutMinutes, terms.DrillsAfterFull, terms.HashesRows);
            _databases.UnionWith(terms.Scope.Databases);
            _chosen.UnionWith(terms.Scope.Tables);
        }
        else if (_book.OwnDatabase(Server) is { } database)
        {
            _databases.Add(database);
        }
        await ReadTablesAsync();
    }

    async Task ReadTablesAsync()
    {
        var answer = await _book.TablesAsync(Server, _node, _closing.Token);
        _tables = (answer as NodeAnswer<ServerTable>.Rows)?.Items;
        _missing = answer switch
        {
            NodeAnswer<ServerTable>.Rows => null,
            NodeAnswer<ServerTable>.Failed failed => $"Its tables could not be read: {failed.Failure.Message}",
            _ => "Its tables could not be read.",
        };
    }

    Task ChooseNodeAsync(string? node)
    {
        _node = node;
        return ReadTablesAsync();
    }

    void Toggle(string database)
    {
        if (!_databases.Remove(database))
        {
            _databases.Add(database);
            _chosen.RemoveWhere(table => table.Database == database);
        }
    }

    void Toggle(BackupTable table)
    {
        if (!_chosen.Remove(table))
        {
            _chosen.Add(table);
        }
    }

    string Next(string cron) => BackupTimes.Next(cron.Trim(), _zone.Trim(), time.GetUtcNow()) is { } next && TimeZoneInfo.TryFindSystemTimeZoneById(_zone.Trim(), out var zone)
        ? $"Next {TimeZoneInfo.ConvertTime(next, zone).ToString("ddd d MMM, HH:mm", CultureInfo.InvariantCulture)}." : "Minute, hour, day, month, day of the week.";

    Task SaveAsync() => RunAsync(() =>
    {
        var terms = new BackupTerms(
            new BackupScope([.. _databases.Order(StringComparer.Ordinal)], [.. _chosen.OrderBy(table => table.ToString(), StringComparer.Ordinal)]), _target, _full.Trim(),
                _incremental.Trim() is { Length: > 0 } incremental ? incremental : null,
            _zone.Trim(), new BackupKeeping(_chains, _days))
        {
            Node = _node,
            TimeoutMinutes = _minutes,
            HashesRows = _hashes,
            DrillsAfterFull = _drills,
        };
        return Plan is { } plan ? _plans.UpdateAsync(Organization, Server.Id, plan.Id, _name, terms, _closing.Token) : _plans.CreateAsync(Organization, Server.Id, _name, terms, _closing.Token);
    });

    async Task DeleteAsync()
    {
        if (Plan is { } plan && await dialogs.ConfirmAsync(new Confirmation($"Delete the plan {plan.Name}",
            "No more backups are made by it. Those that were made stay until somebody deletes them.", "Delete")))
        {
            await RunAsync(() => _plans.DeleteAsync(Organization, Server.Id, plan.Id, _closing.Token));
        }
    }

    async Task RunAsync(Func<Task<Outcome<BackupPlan>>> work)
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            if (await work() is Outcome<BackupPlan>.Refused(var refusal))
            {
                _problem = refusal;
            }
            else
            {
                await OnDone.InvokeAsync();
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    string? Invalid(string field) => _problem?.Attribute == field ? "true" : null;
}
