extern alias product;

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Prickle.Benchmarks.Reporting;
using product::Prickle.Cohorts;
using product::Prickle.Flags;

namespace Prickle.Benchmarks.Flags;

/// <summary>The evaluator alone, in this process and warmed up: no request, no store.</summary>
static class EvaluatorTime
{
    const int Rounds = 9;

    public static IReadOnlyList<Metric> Measure(int evaluations)
    {
        var (simple, bytes) = Of("""{"groups":[{"rollout_percentage":50}]}""", evaluations);
        var (conditional, more) = Of("""{"groups":[{"properties":[{"key":"plan","type":"person","operator":"exact","value":["pro","team"]}],"rollout_percentage":50}]}""", evaluations);
        return
        [
            Metric.AtMost("evaluator, a roll-out", simple, "µs", 2),
            Metric.AtMost("evaluator, a roll-out, allocated", bytes, "bytes", 0),
            Metric.AtMost("evaluator, a roll-out with a condition on a property", conditional, "µs", 2),
            new Metric("evaluator, a roll-out with a condition on a property, allocated", more, "bytes"),
        ];
    }

    // All flags of a project are evaluated in one run, whose own objects are shared by them: fifty here, and what each adds.
    static (double Microseconds, double Bytes) Of(string filters, int evaluations)
    {
        const int Flags = 50;
        using var body = JsonDocument.Parse($$"""{"filters":{{filters}}}""");
        var settings = FlagAdministration.Read(new FlagSettings(), body.RootElement).Match(read => read, refusal => throw new InvalidOperationException(refusal.ToString()));
        var flags = CompiledFlags.Of(
            [.. Enumerable.Range(1, Flags).Select(id => new FeatureFlag { Id = id, ProjectId = 1, Settings = settings with { Key = $"flag-{id}" } })],
            new Dictionary<int, CohortSettings>(), new Dictionary<int, string>()).All;
        using var properties = JsonDocument.Parse("""{"email":"person@shop.test","plan":"team"}""");
        var subject = new FlagSubject { DistinctId = "person-1", Now = DateTimeOffset.UnixEpoch, Person = new FlagProperties(properties.RootElement) };
        var best = double.MaxValue;
        var allocated = 0d;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var begun = Stopwatch.GetTimestamp();
            for (var done = 0; done < evaluations; done += Flags)
            {
                Evaluate(flags, subject);
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(begun).TotalMicroseconds / evaluations);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)evaluations;
        }
        // The list of answers, and the run: the answer itself.
        var answer = (double)AnswerBytes(flags, subject) / Flags;
        return (Math.Round(best, 3), Math.Round(allocated - answer, 1));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static FlagAnswer[] Evaluate(IReadOnlyList<CompiledFlag> flags, FlagSubject subject) => FlagEvaluator.Evaluate(flags, subject);

    static long AnswerBytes(IReadOnlyList<CompiledFlag> flags, FlagSubject subject)
    {
        // What the answers take by themselves: the array, and one object for the run.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answers = new FlagAnswer[flags.Count];
        var took = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive((answers, subject));
        return took + 32;
    }
}
