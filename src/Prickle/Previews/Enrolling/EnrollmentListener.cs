using System.Text.Json;
using Prickle.Accounts;
using Prickle.Capture;
using Prickle.Previews.Telling;

namespace Prickle.Previews.Enrolling;

/// <summary>
/// Hears what people choose by their SDK: its event has set the person property already; the choice is kept here too, and
/// judged where not everybody may choose.
/// </summary>
sealed class EnrollmentListener(PreviewOffers offers, ProjectDirectory projects) : IStoredEventListener
{
    public ValueTask<AfterStored?> ReadAsync(IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        List<CapturedEvent>? chosen = null;
        foreach (var captured in events)
        {
            if (captured.Name == PreviewEvents.Chosen && captured.Text("$feature_preview_source"u8) is null)
            {
                (chosen ??= []).Add(captured.Detached());
            }
        }
        return new(chosen is null ? null : token => KeepAsync(chosen, token));
    }

    async Task KeepAsync(IReadOnlyList<CapturedEvent> chosen, CancellationToken cancellationToken)
    {
        foreach (var captured in chosen)
        {
            if (captured.Text("$feature_flag"u8) is { } flag && await projects.FindAsync(captured.ProjectId, cancellationToken) is { } project)
            {
                await offers.KeepAsync(project, flag, VisitorOf(captured), new PreviewChoice(IsOn(captured))
                {
                    Source = "sdk",
                    SessionId = captured.SessionId is { Length: > 0 } session ? session : null,
                    At = captured.Timestamp,
                    HasEvent = true,
                }, cancellationToken);
            }
        }
    }

    static bool IsOn(CapturedEvent captured) =>
        captured.Properties.ValueKind == JsonValueKind.Object && captured.Properties.TryGetProperty("$feature_enrollment"u8, out var given)
        && (given.ValueKind == JsonValueKind.True || (given.ValueKind == JsonValueKind.String && given.ValueEquals("true"u8)));

    static PreviewVisitor VisitorOf(CapturedEvent captured) => new(captured.DistinctId) { Groups = GroupsOf(captured.Properties) };

    static Dictionary<string, string> GroupsOf(JsonElement properties)
    {
        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty("$groups"u8, out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var group in given.EnumerateObject())
            {
                if (group.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                {
                    groups[group.Name] = group.Value.ToString();
                }
            }
        }
        return groups;
    }
}
