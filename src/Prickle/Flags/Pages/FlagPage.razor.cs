using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;
using Prickle.Ui.Charts;
using Prickle.Ui.Dialogs;
using Prickle.Ui.Values;

namespace Prickle.Flags.Pages;

/// <summary>A flag: who gets it, who asked for it, why for somebody, and what was changed.</summary>
public sealed partial class FlagPage(
    FlagQueries flags, FlagAdministration administration, FlagReach counting, FlagUsage calls, FlagDirectory directory, IDialogService dialogs,
    ISnackbar notices, NavigationManager navigation, TimeProvider time) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    FeatureFlag? _flag;
    IReadOnlyDictionary<int, string> _groupTypes = new Dictionary<int, string>();
    IReadOnlyList<FlagUse> _uses = [];
    FlagReachCount? _reach;
    SeriesChart? _usage;
    string? _stale;
    string? _error;
    string? _reachError;
    string? _usageError;
    bool _isUsageRead;
    bool _isMissing;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public int FlagId { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.FeatureFlag, Level.Write) == true;

    protected override Task OnParametersSetAsync() => RendererInfo.IsInteractive && _flag?.Id != FlagId ? ReadAsync() : Task.CompletedTask;

    async Task ReadAsync()
    {
        try
        {
            _flag = await flags.FindAsync(ProjectId, FlagId, _closing.Token);
            (_isMissing, _error) = (_flag is null, null);
            if (_flag is not { } flag)
            {
                return;
            }
            _groupTypes = (await directory.OfProjectAsync(ProjectId, _closing.Token)).GroupTypes;
            _uses = await administration.UsesAsync(flag, _closing.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page: it says so and offers to try again.
            (_flag, _error) = (null, exception.Message);
            return;
        }
        StateHasChanged();
        await ReadUsageAsync();
        StateHasChanged();
        await ReadReachAsync();
    }

    async Task ReadUsageAsync()
    {
        try
        {
            var days = await calls.DaysAsync(ProjectId, _flag!.Key, Zone, _closing.Token);
            _usage = days.Count == 0 ? null : Chart(days);
            _stale = FlagStaleness.Of(_flag, (await calls.CallsAsync(ProjectId, _closing.Token)).GetValueOrDefault(_flag.Key), time.GetUtcNow());
            (_isUsageRead, _usageError) = (true, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the tile.
            _usageError = exception.Message;
        }
    }

    async Task ReadReachAsync()
    {
        if (_flag is not { Settings.IsRemoteConfiguration: false, Problem: null } flag)
        {
            return;
        }
        try
        {
            (_reach, _reachError) = (await counting.CountAsync(ProjectId, FlagId, flag.Settings, _closing.Token), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the tile.
            (_reach, _reachError) = (null, exception.Message);
        }
    }

    TimeZoneInfo Zone => Grant?.Project.Zone ?? TimeZoneInfo.Utc;

    SeriesChart Chart(IReadOnlyList<FlagCallDay> calls)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), Zone).DateTime);
        var days = Enumerable.Range(0, FlagUsage.Days).Select(index => today.AddDays(index - FlagUsage.Days + 1)).ToList();
        var byPlace = calls.ToDictionary(call => (call.Day, call.Answer), call => call.Calls);
        return new SeriesChart
        {
            Title = "Calls by answer",
            Unit = ValueUnit.Count("calls"),
            Shape = SeriesShape.StackedBar,
            CategoryName = "Day",
            Incomplete = 1,
            Categories =
            [
                .. days.Select(day => new ChartCategory(
                    day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.ToString("d MMM", CultureInfo.InvariantCulture),
                    day.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture))),
            ],
            Series =
            [
                .. calls.Select(call => call.Answer).Distinct().Order(StringComparer.Ordinal).Select(answer => new ChartSeries(
                    answer, FlagWords.Answer(answer), [.. days.Select(day => (double?)byPlace.GetValueOrDefault((day, answer)))])),
            ],
        };
    }

    async Task SwitchAsync()
    {
        var isOn = _flag!.Settings.Active;
        if (isOn && _uses.Count > 0 && !await dialogs.ConfirmAsync(new Confirmation(
            $"Switch off {_flag.Key}", $"Used by {string.Join(", ", _uses.Select(use => $"the {use.Kind} “{use.Name}”"))}: for these it will be off.", "Switch off")))
        {
            return;
        }
        Tell(await administration.UpdateAsync(Grant!, FlagId, _flag.Settings with { Active = !isOn }, _closing.Token, _flag.Version), isOn ? "is switched off" : "is switched on");
        await ReadAsync();
    }

    async Task DuplicateAsync() => (await administration.DuplicateAsync(Grant!, FlagId, _closing.Token)).Match<object?>(
        copy =>
        {
            navigation.NavigateTo(ProjectAddress.Of(ProjectId, $"feature_flags/{copy.Id}/edit"));
            return null;
        },
        refusal => notices.Add(refusal.Detail, Severity.Error));

    async Task ArchiveAsync(bool isArchived)
    {
        Tell(await administration.SetArchivedAsync(Grant!, FlagId, isArchived, evenIfUsed: false, _closing.Token), isArchived ? "is archived: SDKs get it no more" : "is back");
        await ReadAsync();
    }

    async Task DeleteAsync()
    {
        var (key, grant) = (_flag!.Key, Grant!);
        if (!await dialogs.ConfirmAsync(new Confirmation($"Delete the flag {key}", "Its key is free for another flag then. What was called stays in the events.", "Delete")))
        {
            return;
        }
        (await administration.DeleteAsync(grant, FlagId, evenIfUsed: false, _closing.Token)).Match<object?>(
            _ =>
            {
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, "feature_flags"));
                return notices.Add($"{key} is deleted.", Severity.Success, options =>
                {
                    options.Action = "Undo";
                    options.OnClick = _ => administration.RestoreAsync(grant, FlagId, CancellationToken.None);
                });
            },
            refusal => notices.Add(refusal.Detail, Severity.Error));
    }

    void Tell(Outcome<FeatureFlag> outcome, string done) => outcome.Match<object?>(
        flag => notices.Add($"{flag.Key} {done}.", Severity.Success), refusal => notices.Add(refusal.Detail, Severity.Error));

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
