using Prickle.Accounts;
using Prickle.Insights;
using Prickle.Sql;

namespace Prickle.Dashboards.Sharing;

/// <summary>
/// The rows of SQL tiles for those who have a link: each statement runs at most once in half an hour, however many look and
/// however often they reload. What was refused is asked again a minute later.
/// </summary>
public sealed class SharedSqlAnswers(SqlSandbox sandbox, TimeProvider time)
{
    const int Most = 100;

    static readonly TimeSpan Fresh = TimeSpan.FromMinutes(30);

    static readonly TimeSpan Refused = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    readonly Dictionary<(int Project, string Query), Kept> _kept = [];

    public async Task<SharedSqlAnswer> AskAsync(Project project, SavedInsight insight, CancellationToken cancellationToken)
    {
        var key = (project.Id, insight.Query.GetRawText());
        Kept kept;
        lock (_lock)
        {
            if (!_kept.TryGetValue(key, out var known) || IsOld(known))
            {
                MakeRoom();
                // Whoever asked first may leave; those who wait for the same run do not lose it. The sandbox has a time-out of its own.
                _kept[key] = known = new Kept(time.GetUtcNow(), RunAsync(project, insight));
            }
            kept = known;
        }
        return new SharedSqlAnswer(await kept.Run.WaitAsync(cancellationToken), kept.At);
    }

    async Task<SqlOutcome<SqlAnswer>> RunAsync(Project project, SavedInsight insight)
    {
        await Task.Yield();
        return AnswerSqlQuery.Read(insight.Query, confirm: false, clientQueryId: null) switch
        {
            SqlOutcome<SqlRequest>.Done { Value: var request } => await sandbox.RunAsync(project, request, CancellationToken.None),
            SqlOutcome<SqlRequest>.Refused refused => refused.Refusal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    bool IsOld(Kept kept) => kept.Run.IsCompleted
        && time.GetUtcNow() - kept.At > (kept.Run is { IsCompletedSuccessfully: true, Result: SqlOutcome<SqlAnswer>.Done } ? Fresh : Refused);

    void MakeRoom()
    {
        foreach (var (key, _) in _kept.Where(one => IsOld(one.Value)).ToList())
        {
            _kept.Remove(key);
        }
        while (_kept.Count >= Most)
        {
            _kept.Remove(_kept.MinBy(one => one.Value.At).Key);
        }
    }

    sealed record Kept(DateTimeOffset At, Task<SqlOutcome<SqlAnswer>> Run);
}

/// <summary>The rows of a statement, and when they were read.</summary>
public sealed record SharedSqlAnswer(SqlOutcome<SqlAnswer> Outcome, DateTimeOffset ComputedAt);
