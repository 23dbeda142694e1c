using System.Text.Json;
using Prickle.Persons;

namespace Prickle.Capture.Steps;

/// <summary>What an event says about who someone is.</summary>
static class Identity
{
    public static PersonSignal SignalOf(CapturedEvent captured)
    {
        var (otherProperty, identifies) = captured.Name switch
        {
            "$identify" => ("$anon_distinct_id", true),
            "$create_alias" or "$merge_dangerously" => ("alias", true),
            _ => (null, false),
        };
        return new PersonSignal
        {
            ProjectId = captured.ProjectId,
            DistinctId = captured.DistinctId,
            Entry = captured.Entry,
            At = captured.Timestamp,
            UsesProfile = UsesProfile(captured),
            Identifies = identifies,
            OtherId = otherProperty is null ? null : OtherId(captured, otherProperty),
            IsDangerous = captured.Name == "$merge_dangerously",
            Properties = captured.Properties,
            MayHoldUpdates = captured.May(SpecialProperties.Update),
            Set = captured.Set,
            SetOnce = captured.SetOnce,
            Unset = captured.Unset,
        };
    }

    /// <summary>Events that bring two ids together have to say which.</summary>
    public static bool LacksOtherId(CapturedEvent captured) =>
        captured.Name is "$create_alias" or "$merge_dangerously" && captured.Person.OtherId is null;

    static bool UsesProfile(CapturedEvent captured) => captured.Name switch
    {
        "$exception" or "$$heatmap" => false,
        // Whoever chooses something for themselves has a profile to keep the choice in, also before they sign in.
        "$feature_enrollment_update" => true,
        "$groupidentify" when IsGroupsOwnId(captured) => false,
        _ => !(captured.May(SpecialProperties.WithoutProfile)
            && captured.Properties.ValueKind == JsonValueKind.Object
            && captured.Properties.TryGetProperty("$process_person_profile"u8, out var given)
            && given.ValueKind == JsonValueKind.False),
    };

    // Server SDKs invent "$company_acme" as the id of such an event: nobody is behind it.
    static bool IsGroupsOwnId(CapturedEvent captured) =>
        captured.DistinctId == $"${captured.Text("$group_type"u8)}_{captured.Text("$group_key"u8)}";

    static string? OtherId(CapturedEvent captured, string property)
    {
        if (captured.Properties.ValueKind != JsonValueKind.Object || !captured.Properties.TryGetProperty(property, out var given))
        {
            return null;
        }

        var id = given.ValueKind switch
        {
            JsonValueKind.String => given.GetString()!.Replace("\0", "", StringComparison.Ordinal),
            JsonValueKind.Number => given.GetRawText(),
            _ => null,
        };
        return id is { Length: > Receiving.EventReader.LongestId } ? id[..Receiving.EventReader.LongestId] : id;
    }
}
