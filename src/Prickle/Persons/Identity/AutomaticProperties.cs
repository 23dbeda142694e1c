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

    // An even number is the first value of a property, the odd one behind it the present value of the same.
    static readonly byte[][] Numbered =
        [.. Names.SelectMany(name => (string[])[$"$initial_{name.TrimStart('$')}", name]).Select(Encoding.UTF8.GetBytes)];

    static readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> Numbers =
        Numbered.Index().ToDictionary(item => item.Item, item => item.Index, Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>How many there are: their numbers begin at 0.</summary>
    public static int Count => Numbered.Length;

    /// <summary>The number of a property that persons get automatically, or null for any other.</summary>
    public static int? NumberOf(ReadOnlySpan<byte> name) => Numbers.TryGetValue(name, out var number) ? number : null;

    public static byte[] NameOf(int number) => Numbered[number];

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
            if (NumberOf(JsonMarshal.GetRawUtf8PropertyName(property)) is not { } number
                || int.IsEvenInteger(number) || property.Value.ValueKind is JsonValueKind.Null)
            {
                continue;
            }

            changed |= person.SetOnce(number - 1, property.Value);
            changed |= person.Set(number, property.Value);
        }

        return changed;
    }
}
