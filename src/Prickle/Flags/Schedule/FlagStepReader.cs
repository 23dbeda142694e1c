using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Flags.Definition;

namespace Prickle.Flags.Schedule;

/// <summary>Reads what a request wants to be planned: one change, or a ramp with its steps named or counted out.</summary>
static class FlagStepReader
{
    public static Outcome<IReadOnlyList<FlagStepDraft>> Read(JsonElement body, FlagSettings settings)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Refusal.Invalid("at", "The body is an object with the time and the change.");
        }
        if (body.TryGetProperty("steps", out var steps) && steps.ValueKind == JsonValueKind.Array)
        {
            return All(steps.EnumerateArray().Select((step, index) => One(step, body, $"steps[{index}].", settings)));
        }
        if (body.TryGetProperty("percentages", out var percentages) && percentages.ValueKind == JsonValueKind.Array)
        {
            return Counted(body, percentages, settings);
        }
        return All([One(body, body, "", settings)]);
    }

    /// <summary>A time as it is given everywhere; null for what is none.</summary>
    public static DateTimeOffset? Time(JsonElement body, string name) =>
        body.TryGetProperty(name, out var at) && at.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(at.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The steps of a ramp: each so many hours after the one before it.</summary>
    static Outcome<IReadOnlyList<FlagStepDraft>> Counted(JsonElement body, JsonElement percentages, FlagSettings settings)
    {
        if (Time(body, "at") is not { } at)
        {
            return Refusal.Invalid("at", "Say when the first step is, such as 2026-03-01T09:00:00Z.");
        }
        var hours = body.TryGetProperty("every_hours", out var given) && given.ValueKind == JsonValueKind.Number ? given.GetDouble() : 0;
        if (hours is not (> 0 and <= 24 * 365))
        {
            return Refusal.Invalid("every_hours", "Say how many hours lie between steps.");
        }
        return All(percentages.EnumerateArray().Select((percentage, index) => percentage.ValueKind == JsonValueKind.Number
            ? Rollout(at + TimeSpan.FromHours(hours * index), SetOf(body), percentage.GetDouble(), settings)
            : Refusal.Invalid(string.Create(CultureInfo.InvariantCulture, $"percentages[{index}]"), "A roll-out is a number from 0 to 100.")));
    }

    static Outcome<FlagStepDraft> One(JsonElement step, JsonElement body, string path, FlagSettings settings)
    {
        if (step.ValueKind != JsonValueKind.Object || Time(step, "at") is not { } at)
        {
            return Refusal.Invalid($"{path}at", "Say when, such as 2026-03-01T09:00:00Z.");
        }
        if (step.TryGetProperty("active", out var active) && active.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return new FlagStepDraft(at, new FlagScheduledChange.Switch(active.GetBoolean()));
        }
        if (step.TryGetProperty("rollout_percentage", out var percentage) && percentage.ValueKind == JsonValueKind.Number)
        {
            return Rollout(at, SetOf(step) ?? SetOf(body), percentage.GetDouble(), settings);
        }
        if (!step.TryGetProperty("filters", out var filters))
        {
            return Refusal.Invalid($"{path}active", "Say what: active, or set with rollout_percentage, or filters.");
        }
        return FlagFiltersReader.TryRead(filters, $"{path}filters", out var read, out var refusal)
            ? new FlagStepDraft(at, new FlagScheduledChange.Replace(read)) : refusal;
    }

    static Outcome<FlagStepDraft> Rollout(DateTimeOffset at, int? set, double percentage, FlagSettings settings) =>
        set is { } index && index >= 0 && index < settings.Filters.Groups.Count
            ? new FlagStepDraft(at, new FlagScheduledChange.Rollout(index, settings.Filters.Groups[index], percentage))
            : Refusal.Invalid("set", $"Say which condition set, from 0 to {settings.Filters.Groups.Count - 1}.");

    static int? SetOf(JsonElement json) => json.TryGetProperty("set", out var set) && set.ValueKind == JsonValueKind.Number && set.TryGetInt32(out var index) ? index : null;

    static Outcome<IReadOnlyList<FlagStepDraft>> All(IEnumerable<Outcome<FlagStepDraft>> steps)
    {
        var drafts = new List<FlagStepDraft>();
        foreach (var step in steps)
        {
            switch (step)
            {
                case Outcome<FlagStepDraft>.Done(var draft):
                    drafts.Add(draft);
                    break;
                case Outcome<FlagStepDraft>.Refused(var refusal):
                    return refusal;
            }
        }
        return new Outcome<IReadOnlyList<FlagStepDraft>>.Done(drafts);
    }
}
