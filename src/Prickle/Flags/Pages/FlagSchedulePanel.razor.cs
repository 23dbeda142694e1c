using Microsoft.AspNetCore.Components;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Flags.Schedule;

namespace Prickle.Flags.Pages;

/// <summary>The planned changes of a flag.</summary>
public sealed partial class FlagSchedulePanel(FlagSchedule schedule, ISnackbar notices, TimeProvider time) : IDisposable
{
    /// <summary>Of what happened, the newest; the history has all that was applied.</summary>
    const int Most = 20;

    readonly CancellationTokenSource _closing = new();
    IReadOnlyList<FlagStep>? _steps;
    (int, int)? _read;
    string? _failure;
    string? _problem;
    bool _isPlanning;

    [Parameter, EditorRequired] public FeatureFlag Flag { get; set; } = null!;

    [Parameter, EditorRequired] public ProjectGrant? Grant { get; set; }

    bool MayWrite => Grant?.Allows(Resource.FeatureFlag, Level.Write) == true;

    TimeZoneInfo Zone => Grant?.Project.Zone ?? TimeZoneInfo.Utc;

    DateTimeOffset Now => time.GetUtcNow();

    protected override Task OnParametersSetAsync()
    {
        if (Grant is null || _read == (Flag.Id, Flag.Version))
        {
            return Task.CompletedTask;
        }
        _read = (Flag.Id, Flag.Version);
        return ReadAsync();
    }

    async Task ReadAsync()
    {
        try
        {
            (_steps, _failure) = (await schedule.ListAsync(Flag.ProjectId, Flag.Id, _closing.Token), null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The edge of the tile.
            _failure = exception.Message;
        }
    }

    async Task PlanAsync(IReadOnlyList<FlagStepDraft> drafts)
    {
        _problem = (await schedule.AddAsync(Grant!, Flag.Id, drafts, _closing.Token)).Match<string?>(_ => null, refusal => refusal.Detail);
        _isPlanning = _problem is not null;
        await ReadAsync();
    }

    async Task HoldAsync(FlagStep step)
    {
        var outcome = step.State == FlagStepState.Paused
            ? await schedule.ResumeAsync(Grant!, Flag.Id, step.Id, _closing.Token) : await schedule.PauseAsync(Grant!, Flag.Id, step.Id, _closing.Token);
        Tell(outcome);
        await ReadAsync();
    }

    async Task CancelAsync(FlagStep step)
    {
        Tell(await schedule.CancelAsync(Grant!, Flag.Id, step.Id, isWholeRamp: false, _closing.Token));
        await ReadAsync();
    }

    void Tell(Outcome<FlagStep> outcome) => outcome.Match<object?>(_ => null, refusal => notices.Add(refusal.Detail, Severity.Error));

    static string ChipOf(FlagStepState state) => state switch { FlagStepState.Applied => "success", FlagStepState.Refused => "error", _ => "plain" };

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
