using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Servers;
using Prickle.Ui.Dialogs;

namespace Prickle.House.Backups.Pages;

/// <summary>What a backup holds, and what is done with it.</summary>
public sealed partial class BackupPanel(IServiceProvider services, IDialogService dialogs) : IDisposable
{
    const int MostShown = 200;

    readonly BackupBook _book = services.GetRequiredService<BackupBook>();
    readonly CancellationTokenSource _closing = new();
    List<Line> _lines = [];
    Backup? _backup;
    IReadOnlyList<BackupJob> _jobs = [];
    bool _isMissing;
    bool _isRestoring;
    bool _isBusy;
    string? _problem;
    string? _read;

    [Parameter, EditorRequired] public required OrganizationGrant Organization { get; set; }
    [Parameter, EditorRequired] public required WatchedServer Server { get; set; }
    [Parameter, EditorRequired] public required Guid Id { get; set; }
    [Parameter, EditorRequired] public IReadOnlyList<BackupTarget> Targets { get; set; } = [];
    [Parameter] public bool MayAct { get; set; }

    /// <summary>It is read again when this changes.</summary>
    [Parameter] public string Version { get; set; } = "";
    [Parameter] public EventCallback OnClose { get; set; }
    [Parameter] public EventCallback OnChanged { get; set; }

    IReadOnlyList<BackupTable> Held => _backup?.Fingerprint is { } made ? [.. made.Tables.Select(table => table.Table), .. made.Others] : [];

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_read != Version)
        {
            _read = Version;
            await ReadAsync();
        }
    }

    async Task ReadAsync()
    {
        _backup = await _book.FindAsync(Organization, Server.Id, Id, _closing.Token);
        _isMissing = _backup is null;
        (_, _jobs) = await _book.JobsAsync(Organization, Server.Id, Id, 0, 5, _closing.Token);
        if (_lines.Count == 0)
        {
            _lines = [.. Held.Select(table => new Line(table))];
        }
    }

    Task DrillAsync() => RunAsync(async () => await _book.DrillAsync(Organization, Server.Id, Id, _closing.Token) is Outcome<BackupJob>.Refused(var refusal) ? refusal : null);

    Task RestoreAsync() => RunAsync(async () =>
    {
        var tables = _lines.Where(line => line.IsChosen).Select(line => new RestoredTable(line.From, new BackupTable(line.Database.Trim(), line.Name.Trim()))).ToList();
        if (await _book.RestoreAsync(Organization, Server.Id, Id, tables, _closing.Token) is Outcome<BackupJob>.Refused(var refusal))
        {
            return refusal;
        }
        _isRestoring = false;
        return null;
    });

    async Task DeleteAsync()
    {
        if (_backup is { } backup && (backup.State == BackupState.Expired
            || await dialogs.ConfirmAsync(new Confirmation("Delete this backup", "Its files are deleted, and those of the incremental backups that stand on it.", "Delete"))))
        {
            await RunAsync(async () => await _book.DeleteAsync(Organization, Server.Id, Id, _closing.Token) is Outcome<Backup>.Refused(var refusal) ? refusal : null);
        }
    }

    async Task RunAsync(Func<Task<Refusal?>> work)
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            _problem = (await work())?.Detail;
        }
        finally
        {
            _isBusy = false;
        }
        await OnChanged.InvokeAsync();
        await ReadAsync();
    }

    static string Word(DrillVerdict verdict) => verdict switch
    {
        DrillVerdict.Same => "the same",
        DrillVerdict.SameCount => "as many rows",
        DrillVerdict.Fits => "fits",
        DrillVerdict.Readable => "readable",
        DrillVerdict.Different => "different",
        _ => "broken",
    };

    static string Chip(DrillVerdict verdict) => verdict switch
    {
        DrillVerdict.Different or DrillVerdict.Broken => "error",
        DrillVerdict.Readable => "warning",
        _ => "success",
    };

    /// <summary>A table that may be restored, and what it is called then.</summary>
    sealed class Line(BackupTable from)
    {
        public BackupTable From { get; } = from;
        public bool IsChosen { get; set; }
        public string Database { get; set; } = from.Database;
        public string Name { get; set; } = $"{from.Name}_restored";
    }
}
