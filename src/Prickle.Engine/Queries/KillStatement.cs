using System.Text;
using Prickle.Engine.Native;
using Prickle.Engine.Statements;

namespace Prickle.Engine.Queries;

/// <summary>
/// KILL QUERY by the ids that callers gave. The engine gives each statement an id of its own, so the ids in the text are
/// translated there, and those in the answer back. The engine's SYNC never returns; waiting is done here instead.
/// </summary>
sealed class KillStatement(ProcessList list, TimeProvider time)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Kills, and gives the answer as a statement to run; or the refusal.</summary>
    public (string? Answer, QueryResult Refusal) Execute(EngineConnection connection, QueryRequest request)
    {
        var text = request.Statement.Text.AsSpan(0, request.Statement.FormatStart).ToArray();
        var processes = list.Read();
        var (translated, isSync) = Translate(text, processes);
        var killed = connection.Execute(translated, "JSONEachRow", request.Parameters);
        if (killed.Error is not null)
        {
            return (null, killed);
        }
        var victims = ProcessList.ReadRows<Victim>(killed.Output);
        return (Answer(victims, processes, isSync && WaitUntilGone(victims) ? "finished" : null), default);
    }

    /// <summary>The text with the engine's ids for the callers', and never SYNC.</summary>
    static (byte[] Text, bool IsSync) Translate(byte[] text, List<EngineProcess> processes)
    {
        var engineIds = processes.DistinctBy(process => process.QueryId)
            .ToDictionary(process => process.QueryId, process => process.EngineId);
        var result = new List<byte>(text.Length + 64);
        var (copied, isSync) = (0, false);
        for (var lexer = new SqlLexer(text); lexer.TryRead(out var token);)
        {
            var replacement = token.Kind == SqlTokenKind.Text && engineIds.TryGetValue(Unquoted(token.In(text)), out var id)
                ? SqlText.Literal(id)
                : token.Depth == 0 && token.Is(text, "SYNC"u8) ? "ASYNC" : null;
            if (replacement is null)
            {
                continue;
            }
            isSync |= replacement == "ASYNC";
            result.AddRange(text.AsSpan(copied..token.Start));
            result.AddRange(Encoding.UTF8.GetBytes(replacement));
            copied = token.End;
        }
        result.AddRange(text.AsSpan(copied));
        return ([.. result], isSync);
    }

    static string Unquoted(ReadOnlySpan<byte> literal)
    {
        var text = Encoding.UTF8.GetString(literal);
        return text is ['\'', .., '\'']
            ? text[1..^1].Replace("''", "'").Replace("\\'", "'").Replace("\\\\", "\\")
            : text;
    }

    bool WaitUntilGone(List<Victim> victims)
    {
        var ids = victims.Select(victim => victim.QueryId).ToHashSet(StringComparer.Ordinal);
        using var never = new ManualResetEventSlim();
        for (var begun = time.GetTimestamp(); time.GetElapsedTime(begun) < Patience; never.Wait(Pause))
        {
            if (!list.Read().Exists(process => ids.Contains(process.EngineId)))
            {
                return true;
            }
        }
        return false;
    }

    // The columns of the engine's own answer, with the callers' ids.
    static string Answer(List<Victim> victims, List<EngineProcess> processes, string? status)
    {
        const string Columns = "'kill_status String, query_id String, user String, query String'";
        var rows = victims.Select(victim =>
        {
            var id = processes.Find(process => process.EngineId == victim.QueryId)?.QueryId ?? victim.QueryId;
            string[] columns = [status ?? victim.KillStatus, id, victim.User, victim.Query];
            return $"({string.Join(", ", columns.Select(SqlText.Literal))})";
        }).ToList();
        return rows.Count == 0
            ? $"SELECT * FROM null({Columns})"
            : $"SELECT * FROM values({Columns}, {string.Join(", ", rows)})";
    }

    sealed record Victim(string KillStatus, string QueryId, string User, string Query);
}
