using Microsoft.AspNetCore.Components;
using Prickle.Accounts;
using Prickle.House.Frame;

namespace Prickle.House.Operations.Pages;

/// <summary>An operation: what it will do, how far it is, and what may be done about it now.</summary>
public sealed partial class OperationPage
{
    static readonly TimeSpan WhileAtWork = TimeSpan.FromSeconds(1);

    // Somebody else may approve it, say go, or undo it.
    static readonly TimeSpan WhileAtRest = TimeSpan.FromSeconds(5);

    readonly CancellationTokenSource _closing = new();
    Operation? _operation;
    IReadOnlyList<OperationProgress> _progress = [];
    ITimer? _looks;
    Guid _read;
    long _events;
    int _turn;
    int? _brokenAt;
    Operation? _waitsFor;
    string? _error;
    string? _editProblem;
    bool _isAbsent;
    bool _isChecked;
    bool _needsAnother;
    bool _isEditing;
    bool _isPlanning;
    bool _isBusy;

    [Parameter] public Guid Operation { get; set; }

    OperationActs Acts => new(Book, Dialogs, Notices, Time);

    string ListAddress => HouseSections.Of(Server, "operations");

    bool IsPlanned => _operation is { State: OperationState.Planned, Plan.HasErrors: false };

    bool IsBad => _operation?.State is OperationState.Failed or OperationState.RollbackFailed or OperationState.Keeping;

    /// <summary>Nothing was done yet: only then can it be given up as if it had not been.</summary>
    bool IsUnbegun => _operation is { Step: 0 } && _progress.Count == 0;

    bool IsDropping => _operation is { State: OperationState.Keeping, DropAt: { } at } && at <= Time.GetUtcNow();

    public void Dispose()
    {
        _looks?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (RendererInfo.IsInteractive && Watched is not null && _read != Operation)
        {
            (_read, _operation, _isAbsent, _isChecked, _isEditing, _error) = (Operation, null, false, false, false, null);
            _looks?.Dispose();
            _looks = Time.CreateTimer(_ => InvokeAsync(LookAsync), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    async Task LookAsync()
    {
        await ReadAsync();
        if (_operation?.State.IsOver() != true && !_isAbsent)
        {
            _looks?.Change(_operation is { } operation && OperationMoves.Working.Contains(operation.State) || IsDropping ? WhileAtWork : WhileAtRest, Timeout.InfiniteTimeSpan);
        }
    }

    async Task ReadAsync()
    {
        if (Organization is not { } organization)
        {
            return;
        }
        var turn = ++_turn;
        try
        {
            var found = await Book.FindAsync(organization, Server, Operation, _closing.Token);
            var progress = await Book.ProgressAsync(organization, Server, Operation, _closing.Token);
            var (count, _) = await Book.EventsAsync(organization, Server, Operation, 0, 1, _closing.Token);
            var needsAnother = found?.State == OperationState.Planned && await Book.NeedsAnotherAsync(organization, Server, Operation, _closing.Token);
            // The whole chain is read for it: at the beginning, and whenever the operation comes to rest.
            var checks = found is not null && count != _events && !OperationMoves.Working.Contains(found.State) || !_isChecked;
            var brokenAt = checks ? await Book.BrokenAtAsync(organization, Server, Operation, _closing.Token) : _brokenAt;
            var waitsFor = found is null ? null : await Book.WaitsForAsync(organization, found, _closing.Token);
            if (turn != _turn)
            {
                // A later look was faster.
                return;
            }
            (_operation, _progress, _events, _needsAnother, _brokenAt, _waitsFor) = (found, progress, count, needsAnother, brokenAt, waitsFor);
            (_isAbsent, _isChecked, _error) = (found is null, true, null);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The edge of the page: what was read before stays, and it looks again.
            _error = failure.Message;
        }
        StateHasChanged();
    }

    bool May(OperationState to) => _operation is { } operation && OperationMoves.Allows(operation.State, to);

    async Task PlanAsync()
    {
        _isPlanning = true;
        try
        {
            await ActAsync(async (organization, operation, cancellationToken) => Acts.Tell(await Book.PlanAsync(organization, Server, operation.Id, cancellationToken)));
        }
        finally
        {
            _isPlanning = false;
        }
    }

    Task<bool> ApproveAsync(OrganizationGrant organization, Operation operation, CancellationToken cancellationToken) =>
        Acts.ApproveAsync(organization, operation, Watched!.Name, Watched.Nodes.Count, cancellationToken);

    async Task<bool> PauseAsync(OrganizationGrant organization, Operation operation, CancellationToken cancellationToken) =>
        Acts.Tell(await Book.PauseAsync(organization, Server, operation.Id, cancellationToken), "It comes to a stop after the piece of work it is at.");

    async Task<bool> ResumeAsync(OrganizationGrant organization, Operation operation, CancellationToken cancellationToken) =>
        Acts.Tell(await Book.ResumeAsync(organization, Server, operation.Id, cancellationToken));

    Task<bool> UndoAsync(OrganizationGrant organization, Operation operation, CancellationToken cancellationToken) =>
        Acts.UndoAsync(organization, operation, [.. _progress.Where(one => one.State is not (StepState.Pending or StepState.Skipped or StepState.Undone)).Select(one => one.Step).Distinct()], cancellationToken);

    Task SaveAsync(OperationDefinition definition) => ActAsync(async (organization, operation, cancellationToken) =>
    {
        var outcome = await Book.UpdateAsync(organization, Server, operation.Id, definition, cancellationToken);
        _editProblem = (outcome as Outcome<Operation>.Refused)?.Refusal.Detail;
        _isEditing = _editProblem is not null;
        return !_isEditing;
    });

    /// <summary>Does one thing at a time, and shows what became of it.</summary>
    async Task ActAsync(Func<OrganizationGrant, Operation, CancellationToken, Task<bool>> act)
    {
        if (Organization is not { } organization || _operation is not { } operation || _isBusy)
        {
            return;
        }
        _isBusy = true;
        try
        {
            await act(organization, operation, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
            return;
        }
        finally
        {
            _isBusy = false;
        }
        await ReadAsync();
        _looks?.Change(WhileAtWork, Timeout.InfiniteTimeSpan);
    }
}
