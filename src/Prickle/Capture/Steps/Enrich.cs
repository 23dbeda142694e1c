using System.Text;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Groups;
using Prickle.Persons;

namespace Prickle.Capture.Steps;

/// <summary>Reads out of the properties what has a meaning of its own: elements, groups, address, identity.</summary>
sealed class Enrich(ProjectDirectory projects, GroupResolver groups) : ICaptureStep
{
    public async Task RunAsync(CaptureBatch batch, CancellationToken cancellationToken)
    {
        foreach (var project in batch.Announced.GroupBy(captured => captured.ProjectId).ToList())
        {
            var anonymize = await projects.FindAsync(project.Key, cancellationToken) is { AnonymizeIps: true };
            var signals = new List<GroupSignal>();
            foreach (var captured in project)
            {
                captured.ElementsChain = captured.May(SpecialProperties.Elements) ? ElementsChain.Of(captured.Properties) : "";
                captured.StoredAddress = anonymize ? null : Address(captured);
                captured.Person = Identity.SignalOf(captured);
                CollectGroups(captured, signals);
            }

            await ResolveGroupsAsync(project.Key, batch, project, signals, cancellationToken);
        }
    }

    // A key that is there, even with null, is the client's word; anything but text there says: none.
    static string? Address(CapturedEvent captured) =>
        captured.May(SpecialProperties.Address)
        && captured.Properties.ValueKind == JsonValueKind.Object && captured.Properties.TryGetProperty("$ip"u8, out var given)
            ? given.ValueKind == JsonValueKind.String ? given.GetString() : null
            : captured.RemoteAddress.Length > 0 ? captured.RemoteAddress : null;

    static void CollectGroups(CapturedEvent captured, List<GroupSignal> signals)
    {
        if (captured.Name == "$groupidentify"
            && captured.Text("$group_type"u8) is { Length: > 0 } type
            && KeyOf(captured.Properties, "$group_key"u8) is { Length: > 0 } key)
        {
            var set = captured.Properties.TryGetProperty("$group_set"u8, out var given) ? given : default;
            signals.Add(new GroupSignal(captured.ProjectId, type, key, set, captured.Timestamp));
        }

        if (!captured.May(SpecialProperties.Groups))
        {
            return;
        }

        foreach (var (name, member) in GroupsOf(captured))
        {
            signals.Add(new GroupSignal(captured.ProjectId, name, member, default, captured.Timestamp));
        }
    }

    async Task ResolveGroupsAsync(
        int projectId, CaptureBatch batch, IEnumerable<CapturedEvent> events, List<GroupSignal> signals, CancellationToken cancellationToken)
    {
        if (signals.Count == 0)
        {
            return;
        }

        var types = await groups.TypesAsync(projectId, signals.Select(signal => signal.Type).ToHashSet(), cancellationToken);
        foreach (var captured in events.Where(captured => captured.May(SpecialProperties.Groups)))
        {
            foreach (var (name, key) in GroupsOf(captured))
            {
                if (types.TryGetValue(name, out var index))
                {
                    (captured.Groups ??= new string?[GroupResolver.MaxTypes])[index] = key;
                }
                else
                {
                    batch.Warn(captured, DropReason.TooManyGroupTypes,
                        $"'{name}' would be the sixth kind of group; the event is stored without that group");
                }
            }
        }

        await groups.ResolveAsync(signals, cancellationToken);
    }

    static IEnumerable<(string Type, string Key)> GroupsOf(CapturedEvent captured)
    {
        if (captured.Properties.ValueKind != JsonValueKind.Object
            || !captured.Properties.TryGetProperty("$groups"u8, out var given)
            || given.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var group in given.EnumerateObject())
        {
            if (KeyOf(given, Encoding.UTF8.GetBytes(group.Name)) is { Length: > 0 } key && group.Name.Length > 0)
            {
                yield return (group.Name, key);
            }
        }
    }

    static string? KeyOf(JsonElement holder, ReadOnlySpan<byte> name) =>
        !holder.TryGetProperty(name, out var key) ? null : key.ValueKind switch
        {
            JsonValueKind.String => key.GetString()!.Replace("\0", "", StringComparison.Ordinal),
            JsonValueKind.Number => key.GetRawText(),
            _ => null,
        };
}
