using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Prickle.Persons.Identity;

/// <summary>
/// What a person takes from ordinary events: the present value under the property's own name, and the first one ever
/// under <c>$initial_…</c>.
/// </summary>
static class AutomaticProperties
{
    static readonly string[] Names =
    [
        "$browser", "$browser_version", "$os", "$os_version", "$device_type", "$current_url", "$pathname", "$referrer",
        "$referring_domain", "$screen_height", "$screen_width", "$viewport_height", "$viewport_width",
        "$app_build", "$app_name", "$app_namespace", "$app_version",
        "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "gclid", "gad_source", "gclsrc", "dclid",
        "gbraid", "wbraid", "fbclid", "msclkid", "twclid", "li_fat_id", "mc_cid", "igshid", "ttclid", "rdt_cid", "epik",
        "qclid", "sccid", "irclid", "_kx",
    ];

    static readonly Dictionary<byte[], byte[]> InitialNames = Names.ToDictionary(
        name => Encoding.UTF8.GetBytes(name), name => Encoding.UTF8.GetBytes($"$initial_{name.TrimStart('$')}"), Utf8Comparer.Instance);

    static readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> InitialName =
        InitialNames.GetAlternateLookup<ReadOnlySpan<byte>>();

    static readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> Shared =
        InitialNames.Keys.Concat(InitialNames.Values).ToDictionary(name => name, Utf8Comparer.Instance)
            .GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The one copy of a name that persons get automatically, or null for any other.</summary>
    public static byte[]? SharedName(ReadOnlySpan<byte> name) => Shared.TryGetValue(name, out var shared) ? shared : null;

    static readonly Dictionary<string, string> InitialTexts =
        Names.ToDictionary(name => name, name => $"$initial_{name.TrimStart('$')}", StringComparer.Ordinal);

    /// <summary>The name of the first value; null for what persons do not take.</summary>
    public static string? InitialNameOf(string name) => InitialTexts.GetValueOrDefault(name);

    /// <summary>True when something changed.</summary>
    public static bool Apply(PropertyMap person, JsonElement eventProperties)
    {
        var changed = false;
        foreach (var property in eventProperties.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.Null
                || !InitialName.TryGetValue(JsonMarshal.GetRawUtf8PropertyName(property), out var initialName))
            {
                continue;
            }

            changed |= person.SetOnce(initialName, property.Value);
            changed |= person.Set(JsonMarshal.GetRawUtf8PropertyName(property), property.Value);
        }

        return changed;
    }
}
