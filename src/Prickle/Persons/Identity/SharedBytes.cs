namespace Prickle.Persons.Identity;

/// <summary>One copy of what many persons have: the few values that browsers, systems and screens take.</summary>
static class SharedBytes
{
    const int Longest = 64;
    const int Places = 4096;

    // A place belongs to whatever came last: nothing grows, and what two threads write at once is right either way.
    static readonly byte[]?[] Lately = new byte[Places][];

    public static byte[] Of(ReadOnlySpan<byte> value)
    {
        if (value.Length > Longest)
        {
            return value.ToArray();
        }

        ref var place = ref Lately[(uint)Utf8Comparer.Instance.GetHashCode(value) % Places];
        return place is { } known && value.SequenceEqual(known) ? known : place = value.ToArray();
    }
}
