using System.Text.Json;
using System.Text.Json.Nodes;
using Prickle.Destinations;

namespace Prickle.Automations.Listing;

/// <summary>An automation in the API.</summary>
/// <param name="State">draft, active, paused or archived.</param>
/// <param name="Definition">What is being worked on.</param>
/// <param name="WebhookAddress">Where a webhook begins runs; null for other triggers, and for those who may not change automations.</param>
public sealed record AutomationReply(
    int Id, string Name, string Description, string State, int? PublishedVersion, bool HasUnpublishedChanges, int Edition, JsonElement Definition, DateTimeOffset? NextAt,
    string? WebhookAddress, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>In lists: runs that go on or wait.</summary>
    public int? Running { get; init; }

    /// <summary>In lists: begun within seven days.</summary>
    public int? Started { get; init; }

    /// <summary>In lists: of these, failed.</summary>
    public int? Failed { get; init; }

    internal static AutomationReply Of(Automation automation, bool mayChange) => new(
        automation.Id, automation.Settings.Name, automation.Settings.Description, Words.Of(automation.State), automation.PublishedVersion, automation.HasUnpublishedChanges,
        automation.Edition, JsonElement.Parse(AutomationJson.Write(automation.Settings.Definition)), automation.NextAt,
        mayChange && automation.Settings.Definition.Trigger is WebhookTrigger ? $"/hooks/{automation.WebhookToken}" : null,
        automation.CreatedBy, automation.CreatedAt, automation.UpdatedAt);
}

/// <summary>Something that is wrong, or may be.</summary>
public sealed record ProblemReply(string? Step, string Field, string Detail, bool Warning)
{
    internal static ProblemReply Of(AutomationProblem problem) => new(problem.Step, problem.Field, problem.Detail, problem.IsWarning);
}

/// <summary>A published version.</summary>
public sealed record VersionReply(int Number, JsonElement Definition, string PublishedBy, DateTimeOffset PublishedAt);

/// <summary>A run.</summary>
public sealed record RunReply(
    Guid Id, int Automation, int Version, Guid? Person, string? DistinctId, string State, string? Step, string? Reason, bool HasErrors, bool IsTest,
    DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? WakeAt, DateTimeOffset? ConvertedAt)
{
    /// <summary>Given for one run.</summary>
    public JsonObject? Context { get; init; }

    /// <summary>Given for one run: what happened, in its order.</summary>
    public IReadOnlyList<RunStepReply>? Steps { get; init; }

    internal static RunReply Of(AutomationRun run) => new(
        run.Id, run.AutomationId, run.Version, run.PersonId, run.DistinctId, Words.Of(run.State), run.StepId, run.Reason, run.HasErrors, run.IsTest, run.StartedAt, run.EndedAt,
        run.WakeAt, run.ConvertedAt);
}

/// <summary>One thing that happened in a run.</summary>
public sealed record RunStepReply(int Number, string Step, string Kind, int Attempt, string State, string Detail, JsonObject? Data, DateTimeOffset At, double Milliseconds);

/// <summary>Counts of an automation.</summary>
public sealed record MetricsReply(int Started, int Converted, IReadOnlyDictionary<string, int> Runs, IReadOnlyList<StepCountReply> Steps);

public sealed record StepCountReply(string Step, string State, int Count);

/// <summary>What a test did, or would do.</summary>
public sealed record TestReply(bool Fits, string Ending, IReadOnlyList<TestedStepReply> Steps);

public sealed record TestedStepReply(string Step, string Kind, string Detail, IReadOnlyDictionary<string, string> Fields, string? Outcome, JsonObject? Output)
{
    internal static TestedStepReply Of(TestedStep step) => new(step.StepId, step.Kind, step.Detail, step.Fields, step.Report?.Outcome.Name, step.Report?.Output);
}

/// <summary>What moving runs to the published version does, or would do.</summary>
public sealed record MigrationReply(int ToVersion, IReadOnlyList<MigrationMove> Moves);

/// <summary>Rules of messages.</summary>
public sealed record MessageRulesReply(int? MessagesPerDay, string? QuietFrom, string? QuietTo, string OptOutProperty)
{
    internal static MessageRulesReply Of(MessageRules rules) => new(
        rules.MessagesPerDay, rules.QuietFrom?.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture),
        rules.QuietTo?.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture), rules.OptOutProperty);
}

/// <summary>How many runs began.</summary>
public sealed record StartedReply(int Started);

/// <summary>Names of states in JSON.</summary>
static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static bool TryParse<T>(string text, out T value) where T : struct, Enum
    {
        foreach (var known in Enum.GetValues<T>())
        {
            if (Of(known) == text)
            {
                value = known;
                return true;
            }
        }
        value = default;
        return false;
    }
}
