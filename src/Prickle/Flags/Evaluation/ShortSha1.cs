using System.Buffers.Binary;
using System.Numerics;

namespace Prickle.Flags.Evaluation;

/// <summary>
/// The first 64 bits of a SHA-1 (FIPS 180-4). Of a text as short as a flag and an id, the library that the platform asks takes most
/// of its time to begin and to end: for fifty flags that was a sixth of a request. Nothing is kept secret by it.
/// </summary>
static class ShortSha1
{
    const int BlockSize = 64;
    const int LengthSize = 8;

    public static ulong First64(ReadOnlySpan<byte> text)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        var rest = text;
        for (; rest.Length >= BlockSize; rest = rest[BlockSize..])
        {
            Add(state, rest[..BlockSize]);
        }
        // What is left, a bit that ends it, and the length in bits: in one block where there is room, else in two.
        Span<byte> last = stackalloc byte[2 * BlockSize];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = 0x80;
        var size = rest.Length + 1 + LengthSize <= BlockSize ? BlockSize : 2 * BlockSize;
        BinaryPrimitives.WriteUInt64BigEndian(last[(size - LengthSize)..], (ulong)text.Length * 8);
        for (var at = 0; at < size; at += BlockSize)
        {
            Add(state, last.Slice(at, BlockSize));
        }
        return ((ulong)state[0] << 32) | state[1];
    }

    static void Add(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[80];
        for (var index = 0; index < 16; index++)
        {
            words[index] = BinaryPrimitives.ReadUInt32BigEndian(block[(index * 4)..]);
        }
        for (var index = 16; index < words.Length; index++)
        {
            words[index] = BitOperations.RotateLeft(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1);
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4]);
        // Five steps at a time: the five words come back to their places, and none is moved.
        for (var index = 0; index < 20; index += 5)
        {
            Step(a, ref b, d ^ (b & (c ^ d)), ref e, 0x5A827999 + words[index]);
            Step(e, ref a, c ^ (a & (b ^ c)), ref d, 0x5A827999 + words[index + 1]);
            Step(d, ref e, b ^ (e & (a ^ b)), ref c, 0x5A827999 + words[index + 2]);
            Step(c, ref d, a ^ (d & (e ^ a)), ref b, 0x5A827999 + words[index + 3]);
            Step(b, ref c, e ^ (c & (d ^ e)), ref a, 0x5A827999 + words[index + 4]);
        }
        for (var index = 20; index < 40; index += 5)
        {
            Step(a, ref b, b ^ c ^ d, ref e, 0x6ED9EBA1 + words[index]);
            Step(e, ref a, a ^ b ^ c, ref d, 0x6ED9EBA1 + words[index + 1]);
            Step(d, ref e, e ^ a ^ b, ref c, 0x6ED9EBA1 + words[index + 2]);
            Step(c, ref d, d ^ e ^ a, ref b, 0x6ED9EBA1 + words[index + 3]);
            Step(b, ref c, c ^ d ^ e, ref a, 0x6ED9EBA1 + words[index + 4]);
        }
        for (var index = 40; index < 60; index += 5)
        {
            Step(a, ref b, (b & c) | (d & (b | c)), ref e, 0x8F1BBCDC + words[index]);
            Step(e, ref a, (a & b) | (c & (a | b)), ref d, 0x8F1BBCDC + words[index + 1]);
            Step(d, ref e, (e & a) | (b & (e | a)), ref c, 0x8F1BBCDC + words[index + 2]);
            Step(c, ref d, (d & e) | (a & (d | e)), ref b, 0x8F1BBCDC + words[index + 3]);
            Step(b, ref c, (c & d) | (e & (c | d)), ref a, 0x8F1BBCDC + words[index + 4]);
        }
        for (var index = 60; index < 80; index += 5)
        {
            Step(a, ref b, b ^ c ^ d, ref e, 0xCA62C1D6 + words[index]);
            Step(e, ref a, a ^ b ^ c, ref d, 0xCA62C1D6 + words[index + 1]);
            Step(d, ref e, e ^ a ^ b, ref c, 0xCA62C1D6 + words[index + 2]);
            Step(c, ref d, d ^ e ^ a, ref b, 0xCA62C1D6 + words[index + 3]);
            Step(b, ref c, c ^ d ^ e, ref a, 0xCA62C1D6 + words[index + 4]);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    static void Step(uint a, ref uint b, uint chosen, ref uint e, uint added)
    {
        e += BitOperations.RotateLeft(a, 5) + chosen + added;
        b = BitOperations.RotateLeft(b, 30);
    }
}
