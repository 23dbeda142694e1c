using System.Text.Json.Nodes;
using Prickle.Flags;

namespace Prickle.Previews.Telling;

/// <summary>The events of previews: their names and what they say.</summary>
static class PreviewEvents
{
    /// <summary>As SDKs send it: somebody chose.</summary>
    public const string Chosen = "$feature_enrollment_update";

    /// <summary>Somebody saw it in their list for the first time.</summary>
    public const string Seen = "$feature_preview_seen";
    public const string Waitlisted = "$feature_preview_waitlisted";

    /// <summary>A seat became free for whoever waited.</summary>
    public const string Granted = "$feature_preview_granted";

    /// <summary>Somebody chose what they may not.</summary>
    public const string Refused = "$feature_preview_refused";
    public const string Feedback = "$feature_preview_feedback";

    /// <summary>A group chose.</summary>
    public const string GroupChosen = "$feature_group_enrollment_update";

    /// <summary>The stage of a preview changed: one for the preview.</summary>
    public const string StageChanged = "$feature_preview_stage_changed";

    /// <summary>The same, for each who is enrolled.</summary>
    public const string Moved = "$feature_preview_moved";

    /// <summary>Says that the product made it, so that it is not read as somebody's choice again.</summary>
    public const string Source = "$feature_preview_source";

    public static JsonObject Of(FeaturePreview preview) => new()
    {
        ["$feature_flag"] = preview.FlagKey,
        ["$early_access_feature_name"] = preview.Name,
        ["$feature_enrollment_stage"] = PreviewStages.NameOf(preview.Stage),
        ["$feature_preview_id"] = preview.Id.ToString(),
    };

    /// <summary>With what the person has from now on under the flag's property; null takes it away.</summary>
    public static JsonObject Of(FeaturePreview preview, bool? kept)
    {
        var properties = Of(preview);
        var property = FlagPropertyTypes.Enrollment(preview.FlagKey ?? "");
        if (kept is { } value)
        {
            properties["$set"] = new JsonObject { [property] = value };
        }
        else
        {
            properties["$unset"] = new JsonArray(property);
        }
        return properties;
    }
}
