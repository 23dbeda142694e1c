using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Automations.Storage;
using Prickle.Capture;
using Prickle.Storage;

namespace Prickle.Automations.Engine;

/// <summary>
/// Captures what automations do as events, so that insights, cohorts and other automations can ask for it. What is not told yet is
/// marked in the rows themselves: after a crash it is told again, with the same uuid, and is one event all the same.
/// </summary>
sealed class AutomationTeller(IDbContextFactory<PrickleDatabase> databases, EventIntake intake, ILogger<AutomationTeller> logger)
{
    public const string Started = "$automation_run_started";
    public const string StepDone = "$automation_step";
    public const string Ended = "$automation_run_ended";

    const int Chunk = 500;

    public async Task TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await TellStepsAsync(cancellationToken) | await TellRunsAsync(cancellationToken))
            {
            }
        }
        catch (IOException failure)
        {
            logger.LogWarning(failure, "Capture takes nothing at this moment; the events of automations wait");
        }
    }

    async Task<bool> TellStepsAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var steps = await (
            from step in database.Set<RunStepRow>()
            where step.Told == 0
            join run in database.Set<RunRow>() on step.RunId equals run.Id
            select new { Step = step, Run = run }).AsNoTracking().Take(Chunk).ToListAsync(cancellationToken);
        foreach (var project in steps.GroupBy(one => one.Step.ProjectId))
        {
            await intake.TakeAsync(project.Key, Body(project, (writer, one) => WriteStep(writer, one.Step, one.Run)), cancellationToken);
        }
        // Together: each by itself would wait for the disk.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        foreach (var run in steps.GroupBy(one => one.Step.RunId))
        {
            var last = run.Max(one => one.Step.Number);
            await database.Set<RunStepRow>().Where(row => row.RunId == run.Key && row.Number <= last).ExecuteUpdateAsync(set => set.SetProperty(row => row.Told, 1), cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return steps.Count == Chunk;
    }

    async Task<bool> TellRunsAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var runs = await database.Set<RunRow>().AsNoTracking().Where(row => row.Told < 2 && (row.Told == 0 || row.EndedAt != null)).Take(Chunk).ToListAsync(cancellationToken);
        foreach (var project in runs.GroupBy(run => run.ProjectId))
        {
            await intake.TakeAsync(project.Key, Body(project, WriteRun), cancellationToken);
        }
        foreach (var told in runs.GroupBy(run => run.EndedAt is null ? 1 : 2))
        {
            var ids = told.Select(run => run.Id).ToList();
            await database.Set<RunRow>().Where(row => ids.Contains(row.Id)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Told, told.Key), cancellationToken);
        }
        return runs.Count == Chunk;
    }

    static byte[] Body<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new MemoryStream();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteStartArray("batch"u8);
        foreach (var item in items)
        {
            write(writer, item);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.ToArray();
    }

    static void WriteStep(Utf8JsonWriter writer, RunStepRow step, RunRow run)
    {
        Begin(writer, StepDone, Uuid(run.Id, step.Number.ToString(CultureInfo.InvariantCulture)), run, step.Version, step.At);
        writer.WriteString("$automation_step_id"u8, step.StepId);
        writer.WriteString("$automation_step_kind"u8, step.Kind);
        writer.WriteString("$automation_step_state"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(step.State.ToString()));
        writer.WriteString("$automation_detail"u8, step.Detail);
        writer.WriteNumber("$automation_attempt"u8, step.Attempt);
        End(writer);
    }

    static void WriteRun(Utf8JsonWriter writer, RunRow run)
    {
        if (run.Told == 0)
        {
            Begin(writer, Started, Uuid(run.Id, "started"), run, run.Version, run.StartedAt);
            End(writer);
        }
        if (run.EndedAt is { } ended)
        {
            Begin(writer, Ended, Uuid(run.Id, string.Create(CultureInfo.InvariantCulture, $"ended {ended}")), run, run.Version, ended);
            writer.WriteString("$automation_run_state"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(run.State.ToString()));
            writer.WriteString("$automation_detail"u8, run.Reason ?? "");
            writer.WriteBoolean("$automation_has_errors"u8, run.HasErrors);
            writer.WriteNumber("$automation_seconds"u8, (ended - run.StartedAt) / 1_000_000d);
            End(writer);
        }
    }

    static void Begin(Utf8JsonWriter writer, string name, Guid uuid, RunRow run, int version, long at)
    {
        writer.WriteStartObject();
        writer.WriteString("event"u8, name);
        writer.WriteString("uuid"u8, uuid);
        writer.WriteString("distinct_id"u8, run.DistinctId ?? OriginChain.NameOf(run.AutomationId));
        writer.WriteString("timestamp"u8, RunTable.Moment(at));
        writer.WriteStartObject("properties"u8);
        writer.WriteString("$lib"u8, "prickle");
        // What the product did makes nobody a person.
        writer.WriteBoolean("$process_person_profile"u8, false);
        writer.WriteNumber("$automation_id"u8, run.AutomationId);
        writer.WriteString("$automation_run_id"u8, run.Id);
        writer.WriteNumber("$automation_version"u8, version);
        writer.WriteStartArray(OriginChain.Property);
        foreach (var origin in run.OriginNames.Append(OriginChain.NameOf(run.AutomationId)))
        {
            writer.WriteStringValue(origin);
        }
        writer.WriteEndArray();
    }

    static void End(Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    static Guid Uuid(Guid run, string part)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{run:N}.{part}"), hash);
        // A version 8 uuid: made by a rule of one's own.
        (hash[6], hash[8]) = ((byte)((hash[6] & 0x0f) | 0x80), (byte)((hash[8] & 0x3f) | 0x80));
        return new Guid(hash[..16], bigEndian: true);
    }
}
