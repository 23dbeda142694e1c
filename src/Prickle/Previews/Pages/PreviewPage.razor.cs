using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Groups;
using Prickle.Previews.Clock;
using Prickle.Shell;
using Prickle.Ui.Charts;
using Prickle.Ui.Dialogs;
using Prickle.Ui.Surfaces;

namespace Prickle.Previews.Pages;

/// <summary>A preview: how far people came with it, who has it, and why others switched it off.</summary>
public sealed partial class PreviewPage(
    PreviewQueries previews, PreviewBook book, PreviewFunnel counting, GroupQueries groups, IDialogService dialogs, ISnackbar notices,
    NavigationManager navigation, TimeProvider time) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    FeaturePreview? _preview;
    PreviewCounts _counts = PreviewCounts.None;
    IReadOnlyDictionary<int, string> _groupTypes = new Dictionary<int, string>();
    IReadOnlyList<FeaturePreview> _all = [];
    PreviewFunnelCount? _funnel;
    Dropdown? _promotion;
    string? _error;
    string? _funnelError;
    bool _isMissing;

    [Parameter] public int ProjectId { get; set; }

    [Parameter] public Guid Id { get; set; }

    [CascadingParameter] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.EarlyAccessFeature, Level.Write) == true;

    bool MaySeePeople => Grant?.Allows(Resource.Person, Level.Read) == true;

    TimeZoneInfo Zone => Grant?.Project.Zone ?? TimeZoneInfo.Utc;

    protected override Task OnParametersSetAsync() => RendererInfo.IsInteractive && _preview?.Id != Id ? ReadAsync() : Task.CompletedTask;

    async Task ReadAsync()
    {
        try
        {
            _all = await previews.ListAsync(ProjectId, new PreviewFilter(), _closing.Token);
            _preview = _all.FirstOrDefault(preview => preview.Id == Id);
            (_isMissing, _error) = (_preview is null, null);
            if (_preview is null)
            {
                return;
            }
            _groupTypes = await groups.TypeNamesAsync(ProjectId, _closing.Token);
            await ReadCountsAsync();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the page: it says so and offers to try again.
            (_preview, _error) = (null, exception.Message);
            return;
        }
        StateHasChanged();
        await ReadFunnelAsync();
    }

    async Task ReadCountsAsync() => _counts = (await previews.CountsAsync(ProjectId, _closing.Token)).GetValueOrDefault(Id, PreviewCounts.None);

    async Task ReadFunnelAsync()
    {
        try
        {
            (_funnel, _funnelError) = (await counting.CountAsync(_preview!, _closing.Token), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the tile.
            _funnelError = exception.Message;
        }
    }

    static IReadOnlyList<PreviewStage> Later(PreviewStage stage) =>
        stage == PreviewStage.Archived ? [] : [.. Enum.GetValues<PreviewStage>().Where(other => other > stage && other != PreviewStage.Archived)];

    async Task MoveAsync(PreviewStage to)
    {
        _promotion?.Close();
        var preview = _preview!;
        if (StageChange.Question(preview, to, _counts) is { } question && !await dialogs.ConfirmAsync(question))
        {
            return;
        }
        (await book.UpdateAsync(Grant!, Id, preview.Settings with { Stage = to }, _closing.Token, preview.Version)).Match<object?>(
            moved => notices.Add($"{moved.Name} is {PreviewStages.WordsOf(to)} now.", Severity.Success), refusal => notices.Add(refusal.Detail, Severity.Error));
        await ReadAsync();
    }

    async Task DeleteAsync()
    {
        var preview = _preview!;
        var flag = preview.FlagKey is { } key ? $" The flag {key} stays, and goes by its conditions alone." : "";
        if (!await dialogs.ConfirmAsync(new Confirmation(
            $"Delete the preview {preview.Name}", $"What people chose of it and what they said about it is not shown any more; their events stay.{flag}", "Delete", preview.Name)))
        {
            return;
        }
        (await book.DeleteAsync(Grant!, Id, _closing.Token)).Match<object?>(
            _ =>
            {
                navigation.NavigateTo(ProjectAddress.Of(ProjectId, "previews"));
                return notices.Add($"{preview.Name} is deleted.", Severity.Success);
            },
            refusal => notices.Add(refusal.Detail, Severity.Error));
    }

    Task LinkAsync() => dialogs.ShowAsync<PersonLinkDialog>("Link for one person",
        new DialogParameters<PersonLinkDialog> { { dialog => dialog.Grant, Grant! }, { dialog => dialog.GroupTypes, [.. _groupTypes.Values.Order(StringComparer.Ordinal)] } },
        new DialogOptions { CloseButton = true, MaxWidth = MaxWidth.Small, FullWidth = true });

    IEnumerable<string> Notices(FeaturePreview preview)
    {
        if (preview.FlagKey is null)
        {
            yield return "Its flag was deleted, so nobody sees it. Make a preview anew, or delete this one.";
        }
        if (preview.Stage == PreviewStage.Archived && preview.EndedBecause is not null)
        {
            yield return $"It ended by itself on {PreviewWords.Day(preview.StageChangedAt, Zone)}: that was its last day.";
        }
        if (!PreviewStages.IsListed(preview.Stage))
        {
            yield break;
        }
        var now = time.GetUtcNow();
        if (preview.Settings.ReviewAt is { } review && review <= now)
        {
            yield return $"Its review is due since {PreviewWords.Day(review, Zone)}. Promote it, set another date, or end it: nobody likes to be left on something that stands still.";
        }
        if (preview.Settings.SunsetAt is { } end && end - PreviewReminders.BeforeSunset <= now)
        {
            yield return $"It ends on {PreviewWords.Day(end, Zone)}: it is switched off for everybody then. Set another date if it goes on.";
        }
    }

    static IEnumerable<string> WhoLines(FeaturePreview preview)
    {
        var settings = preview.Settings;
        if (settings.IsPublic)
        {
            yield return "everybody";
        }
        for (var index = 0; index < settings.Audience.Count; index++)
        {
            yield return $"{(index > 0 ? "or " : "")}{PreviewWords.Conditions(settings.Audience[index])}";
        }
        if (settings.Codes.Count > 0)
        {
            yield return $"{(settings.Audience.Count > 0 ? "or " : "")}whoever has {(settings.Codes.Count == 1 ? "the invite code" : $"one of {settings.Codes.Count} invite codes")}";
        }
    }

    static FunnelData Steps(FeaturePreview preview, PreviewFunnelCount funnel) => preview.Stage == PreviewStage.Concept
        ? new FunnelData { Steps = ["Saw it", "Want it"], Groups = [new FunnelGroup("all", "Everybody", [new FunnelStep(funnel.Seen), new FunnelStep(funnel.Enabled)])] }
        : new FunnelData
        {
            Steps = ["Saw it", "Switched it on", "Used it"],
            Groups = [new FunnelGroup("all", "Everybody", [new FunnelStep(funnel.Seen), new FunnelStep(funnel.Enabled), new FunnelStep(funnel.Used)])],
        };

    string NameOf(Guid id) => _all.FirstOrDefault(other => other.Id == id)?.Name ?? "a deleted preview";

    static string Number(long count) => count.ToString("n0", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
