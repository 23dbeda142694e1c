using System.Text.Json;
using Prickle.Cohorts;
using Prickle.Flags;
using Prickle.Flags.Definition;

namespace Prickle.Tests.Flags;

/// <summary>Flags and subjects for tests, from the JSON that SDKs know.</summary>
static class FlagMaking
{
    public static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public static FeatureFlag Flag(string key, string filters, int id = 1, Func<FlagSettings, FlagSettings>? with = null)
    {
        FlagFiltersReader.TryRead(JsonElement.Parse(filters), "filters", out var read, out var refusal).ShouldBeTrue(refusal?.ToString());
        var settings = new FlagSettings { Key = key, Filters = read! };
        return new FeatureFlag { Id = id, ProjectId = 1, Settings = with?.Invoke(settings) ?? settings };
    }

    /// <summary>A flag with one condition of the person and no roll-out.</summary>
    public static string When(string property) => $$"""{"groups":[{"properties":[{{property}}]}]}""";

    public static string Rollout(double percentage) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"groups":[{"properties":[],"rollout_percentage":{{percentage}}}]}""");

    public static CompiledFlags Compile(params FeatureFlag[] flags) => CompiledFlags.Of(flags, new Dictionary<int, CohortSettings>(), new Dictionary<int, string> { [0] = "company" });

    public static FlagSubject Subject(string distinctId, string person = "{}") =>
        new() { DistinctId = distinctId, Now = Now, Person = new FlagProperties(JsonElement.Parse(person)) };

    public static FlagAnswer Evaluate(FeatureFlag flag, FlagSubject subject) => FlagEvaluator.Evaluate(Compile(flag).All[0], subject);
}
