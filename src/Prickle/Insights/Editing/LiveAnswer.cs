using Prickle.Accounts;
using Prickle.Ui.Charts;

namespace Prickle.Insights.Editing;

/// <summary>
/// The answer to the question that a page shows now. A newer question, or the end of the page, cancels the one under way;
/// the last answer stays until another is here.
/// </summary>
public sealed class LiveAnswer(IInsightQueries queries, TimeProvider time, Action changed) : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    CancellationTokenSource? _asking;

    /// <summary>The last answer, and the question it answers.</summary>
    public (InsightQuery Query, InsightAnswer Answer)? Last { get; private set; }

    /// <summary>Why the latest question cannot be asked.</summary>
    public Refusal? Refusal { get; private set; }

    public ChartFailure? Failure { get; private set; }

    /// <summary>When the question under way was asked; null when none is.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>How far the question under way is; null until that is known.</summary>
    public ChartProgress? Progress { get; private set; }

    /// <summary>The question is not whole yet: there is nothing to ask.</summary>
    public bool IsWaiting { get; private set; }

    public ChartState State =>
        IsWaiting ? ChartState.Empty :
        StartedAt is not null ? Last is null ? ChartState.Loading : ChartState.Renewing
        : Failure is not null ? ChartState.Failed
        : Last is not { Answer.Result: var result } ? ChartState.Loading
        : Showing.AnswerView.IsEmpty(result) ? ChartState.Empty
        : ChartState.Ready;

    public async Task AskAsync(Project project, InsightQuery query, Refresh refresh)
    {
        Cancel();
        IsWaiting = false;
        var asking = _asking = new CancellationTokenSource();
        StartedAt = time.GetUtcNow();
        changed();
        _ = FollowAsync(project, query, asking, asking.Token);
        try
        {
            var outcome = await queries.AskAsync(project, query, refresh, asking.Token);
            if (asking == _asking)
            {
                _ = outcome.Match(answer => Take(query, answer), Refuse);
            }
        }
        catch (OperationCanceledException) when (asking.IsCancellationRequested)
        {
            // A newer question is on its way, or nobody waits any more.
        }
        catch (Exception exception)
        {
            // The edge of a panel: whatever failed, the rest of the page goes on.
            if (asking == _asking)
            {
                (Refusal, Failure) = (null, new("The question could not be answered", "The store of events did not answer it.", "Try again in a moment.", exception.Message));
            }
        }
        finally
        {
            if (asking == _asking)
            {
                (StartedAt, Progress) = (null, null);
                changed();
            }
        }
    }

    async Task FollowAsync(Project project, InsightQuery query, CancellationTokenSource asking, CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, time);
            while (await timer.WaitForNextTickAsync(stop) && asking == _asking && StartedAt is not null)
            {
                if (await queries.ProgressAsync(project, query, stop) is { } progress && asking == _asking && StartedAt is not null)
                {
                    Progress = new ChartProgress(progress.RowsRead, progress.RowsExpected);
                    changed();
                }
            }
        }
        catch (Exception)
        {
            // The edge of an aside: the answer comes, or fails, without it.
        }
    }

    /// <summary>Gives the question under way up.</summary>
    public void GiveUp()
    {
        Cancel();
        if (Last is null)
        {
            Failure = new("The question was given up", "You cancelled it before the answer was here.", "Ask again, or choose a shorter period.");
        }
        changed();
    }

    /// <summary>Waits until the question is whole; what was answered before answers another.</summary>
    public void Wait()
    {
        Forget();
        IsWaiting = true;
        changed();
    }

    /// <summary>Forgets everything: another question has nothing to do with the last.</summary>
    public void Forget()
    {
        Cancel();
        (Last, Refusal, Failure, IsWaiting) = (null, null, null, false);
    }

    public void Dispose() => Cancel();

    /// <summary>Stops the question under way; what was answered before stays.</summary>
    public void Cancel()
    {
        _asking?.Cancel();
        _asking?.Dispose();
        (_asking, StartedAt, Progress) = (null, null, null);
    }

    bool Take(InsightQuery query, InsightAnswer answer)
    {
        (Last, Refusal, Failure) = ((query, answer), null, null);
        return true;
    }

    bool Refuse(Refusal refusal)
    {
        // What was refused for the moment is no fault of the question.
        var isForNow = refusal.Reason is RefusalReason.Unavailable or RefusalReason.Throttled;
        Refusal = isForNow ? null : refusal;
        Failure = isForNow ? new ChartFailure("The question could not be answered", refusal.Detail, "")
            : new ChartFailure("This question cannot be asked", refusal.Detail, "Change it, and the answer follows.");
        return false;
    }
}
