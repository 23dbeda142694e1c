using System.Globalization;
using Prickle.Flags;
using Prickle.Previews.Clock;

namespace Prickle.Previews.Pages;

/// <summary>Previews as people read them.</summary>
static class PreviewWords
{
    /// <summary>In one word, as visitors see it too.</summary>
    public static string Of(PreviewStage stage) => stage switch
    {
        PreviewStage.Draft => "draft",
        PreviewStage.Concept => "concept",
        PreviewStage.Alpha => "alpha",
        PreviewStage.Beta => "beta",
        PreviewStage.GeneralAvailability => "ready",
        _ => "over",
    };

    /// <summary>What a stage means, in a sentence.</summary>
    public static string Meaning(PreviewStage stage) => stage switch
    {
        PreviewStage.Draft => "Nobody sees it. Its flag goes by its conditions alone.",
        PreviewStage.Concept => "An idea: people say that they want it. It is on for nobody.",
        PreviewStage.Alpha => "Early and rough: whoever switches it on has it.",
        PreviewStage.Beta => "Nearly there: whoever switches it on has it. SDKs list this stage by default.",
        PreviewStage.GeneralAvailability => "Whoever chose keeps what they chose; for the others its flag decides.",
        _ => "Nobody sees it any more, and what people chose decides nothing.",
    };

    public static string Of(PreviewState state) => state switch
    {
        PreviewState.Enabled => "On",
        PreviewState.Waiting => "Waiting",
        PreviewState.Interested => "Interested",
        PreviewState.Disabled => "Switched off",
        _ => "Nothing chosen",
    };

    /// <summary>Where somebody chose.</summary>
    public static string Source(string source) => source switch
    {
        "sdk" => "in your product",
        "widget" => "in the widget",
        "page" => "on the hosted page",
        "hand" => "by hand",
        "waitlist" => "from the waiting line",
        "promotion" => "as they had asked",
        _ => "by the API",
    };

    /// <summary>Who sees it, in a few words: "everybody", "3 conditions, 100 seats".</summary>
    public static string Who(PreviewSettings settings)
    {
        List<string> words = [];
        if (settings.Audience.Count > 0)
        {
            var count = settings.Audience.Sum(set => set.Properties.Count);
            words.Add(count == 0 ? "part of everybody" : Count(count, "condition"));
        }
        if (settings.Codes.Count > 0)
        {
            words.Add("by invitation");
        }
        if (words.Count == 0)
        {
            words.Add("everybody");
        }
        if (settings.SeatLimit is { } seats)
        {
            words.Add(Count(seats, "seat"));
        }
        return string.Join(", ", words);
    }

    /// <summary>What the owner should see to; empty for most.</summary>
    public static IReadOnlyList<string> Warnings(FeaturePreview preview, DateTimeOffset now, TimeZoneInfo zone)
    {
        List<string> warnings = [];
        if (preview.FlagKey is null)
        {
            warnings.Add("its flag is gone");
        }
        if (!PreviewStages.IsListed(preview.Stage))
        {
            return warnings;
        }
        if (preview.Settings.ReviewAt <= now)
        {
            warnings.Add("review is due");
        }
        if (preview.Settings.SunsetAt is { } end && end - PreviewReminders.BeforeSunset <= now)
        {
            warnings.Add($"ends on {Day(end, zone)}");
        }
        return warnings;
    }

    public static string Day(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    public static string Conditions(FlagCondition set) => FlagConditions.WordsOf(set) is { Length: > 0 } words
        ? set.RolloutPercentage is { } share and < 100 ? string.Create(CultureInfo.InvariantCulture, $"{words}, of these {share:0.##} %") : words
        : string.Create(CultureInfo.InvariantCulture, $"{set.RolloutPercentage ?? 100:0.##} % of everybody");

    /// <summary>"1 seat", "1,200 seats".</summary>
    public static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:n0} {(count == 1 ? one : many ?? one + "s")}");

    public static string People(long count) => Count(count, "person", "people");
}
