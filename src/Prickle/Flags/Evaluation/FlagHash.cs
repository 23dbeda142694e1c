using System.Buffers;
using System.Text;

namespace Prickle.Flags.Evaluation;

/// <summary>The place of somebody between 0 and 1, the same in every SDK: 60 bits of the SHA-1 of a text.</summary>
static class FlagHash
{
    public const string Rollout = "";
    public const string Variant = "variant";
    const string HoldoutPrefix = "holdout-";

    // 15 hexadecimal digits at their greatest. In a double that is 2^60, as in the SDKs.
    const double Greatest = 0xFFFFFFFFFFFFFFF;
    const int OnStack = 512;

    public static double Of(string key, string identifier, string salt) => Of(key, ".", identifier, salt);

    /// <summary>Of those who are kept out of everything: the flag plays no part.</summary>
    public static double OfHoldout(string identifier) => Of(HoldoutPrefix, "", identifier, "");

    static double Of(string first, string second, string third, string fourth)
    {
        var size = Encoding.UTF8.GetMaxByteCount(first.Length + second.Length + third.Length + fourth.Length);
        byte[]? rented = null;
        Span<byte> text = size <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(size);
        var length = Encoding.UTF8.GetBytes(first, text);
        length += Encoding.UTF8.GetBytes(second, text[length..]);
        length += Encoding.UTF8.GetBytes(third, text[length..]);
        length += Encoding.UTF8.GetBytes(fourth, text[length..]);
        var first64 = ShortSha1.First64(text[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return (first64 >> 4) / Greatest;
    }
}
