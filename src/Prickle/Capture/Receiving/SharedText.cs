using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Prickle.Capture.Receiving;

/// <summary>
/// The strings of names and ids, which come again and again: one for all of them that came lately. Events wait in memory, and
/// strings would be most of what they take.
/// </summary>
static class SharedText
{
    const int Longest = 400;
    const int Places = 8192;

    // A place belongs to whatever came last: nothing grows, and what two threads write at once is right either way.
    static readonly string?[] Lately = new string[Places];

    /// <summary>The text of a string, or null for any other value.</summary>
    public static string? Of(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        if (text.Length > Longest || text.Contains((byte)'\\'))
        {
            return value.GetString();
        }

        var hash = new HashCode();
        hash.AddBytes(text);
        ref var place = ref Lately[(uint)hash.ToHashCode() % Places];
        // Not ASCII is not equal: such a text gets a string of its own each time.
        return place is { } known && Ascii.Equals(text, known) ? known : place = value.GetString();
    }
}
