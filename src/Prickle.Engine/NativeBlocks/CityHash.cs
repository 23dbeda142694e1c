using System.Buffers.Binary;

namespace Prickle.Engine.NativeBlocks;

/// <summary>
/// CityHash128 of version 1.0.2 (Geoff Pike and Jyrki Alakuijala, 2011), the checksum of ClickHouse's compressed blocks.
/// Later versions of CityHash give other values, and ClickHouse keeps to this one.
/// </summary>
static class CityHash
{
    const ulong K0 = 0xc3a5c85c97cb3127;
    const ulong K1 = 0xb492b66fbe98f273;
    const ulong K2 = 0x9ae16a3b2f90404f;
    const ulong K3 = 0xc949d7c7509e6557;
    const ulong Multiplier = 0x9ddfea08eb382d69;

    const int Head = 16;
    const int Long = 128;

    public static (ulong Low, ulong High) Hash128(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length;
        return length switch
        {
            >= Head + Long => OfLong(bytes, Word(bytes, 0) ^ K3, Word(bytes, 8)),
            >= Head => OfShort(bytes[Head..], Word(bytes, 0) ^ K3, Word(bytes, 8)),
            >= 8 => OfShort([], Word(bytes, 0) ^ ((ulong)length * K0), Word(bytes, length - 8) ^ K1),
            _ => OfShort(bytes, K0, K1),
        };
    }

    static (ulong Low, ulong High) OfShort(ReadOnlySpan<byte> bytes, ulong a, ulong b)
    {
        ulong c, d;
        var length = bytes.Length;
        if (length <= 16)
        {
            a = Mix(a * K1) * K1;
            c = (b * K1) + OfTiny(bytes);
            d = Mix(a + (length >= 8 ? Word(bytes, 0) : c));
        }
        else
        {
            c = Join(Word(bytes, length - 8) + K1, a);
            d = Join(b + (ulong)length, c + Word(bytes, length - 16));
            a += d;
            // In steps of sixteen bytes, of which the last may lie across the end: those were taken above.
            for (var at = 0; at < length - 16; at += 16)
            {
                a = (a ^ (Mix(Word(bytes, at) * K1) * K1)) * K1;
                b ^= a;
                c = (c ^ (Mix(Word(bytes, at + 8) * K1) * K1)) * K1;
                d ^= c;
            }
        }

        a = Join(a, c);
        b = Join(d, b);
        return (a ^ b, Join(b, a));
    }

    static ulong OfTiny(ReadOnlySpan<byte> bytes)
    {
        var length = (ulong)bytes.Length;
        switch (bytes.Length)
        {
            case > 8:
                var last = Word(bytes, bytes.Length - 8);
                return Join(Word(bytes, 0), ulong.RotateRight(last + length, bytes.Length)) ^ last;
            case >= 4:
                return Join(
                    length + ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes) << 3),
                    BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]));
            case > 0:
                var y = bytes[0] + ((uint)bytes[bytes.Length >> 1] << 8);
                var z = (uint)length + ((uint)bytes[^1] << 2);
                return Mix((y * K2) ^ (z * K3)) * K2;
            default:
                return K2;
        }
    }

    // The first sixteen bytes are the seed already.
    static (ulong Low, ulong High) OfLong(ReadOnlySpan<byte> bytes, ulong x, ulong y)
    {
        var length = bytes.Length - Head;
        var z = (ulong)length * K1;
        var v = new Pair((ulong.RotateRight(y ^ K1, 49) * K1) + Word(bytes, Head), 0);
        v.Second = (ulong.RotateRight(v.First, 42) * K1) + Word(bytes, Head + 8);
        var w = new Pair((ulong.RotateRight(y + z, 35) * K1) + x, ulong.RotateRight(x + Word(bytes, Head + 88), 53) * K1);

        var at = Head;
        for (var half = 0; half < length / Long * 2; half++, at += 64)
        {
            x = ulong.RotateRight(x + y + v.First + Word(bytes, at + 16), 37) * K1;
            y = ulong.RotateRight(y + v.Second + Word(bytes, at + 48), 42) * K1;
            x ^= w.Second;
            y ^= v.First;
            z = ulong.RotateRight(z ^ w.First, 33);
            v = Weak(bytes[at..], v.Second * K1, x + w.First);
            w = Weak(bytes[(at + 32)..], z + w.Second, y);
            (x, z) = (z, x);
        }

        y += (ulong.RotateRight(w.First, 37) * K0) + z;
        x += ulong.RotateRight(v.First + z, 49) * K0;
        // What is left, from the end on, in pieces that may reach back into what was taken already.
        var rest = bytes.Length - at;
        for (var done = 32; done - 32 < rest; done += 32)
        {
            var piece = bytes[(bytes.Length - done)..];
            y = (ulong.RotateRight(y - x, 42) * K0) + v.Second;
            w.First += Word(piece, 16);
            x = (ulong.RotateRight(x, 49) * K0) + w.First;
            w.First += v.First;
            v = Weak(piece, v.First, v.Second);
        }

        x = Join(x, v.First);
        y = Join(y, w.First);
        return (Join(x + v.Second, w.Second) + y, Join(x + w.Second, y + v.Second));
    }

    static Pair Weak(ReadOnlySpan<byte> bytes, ulong a, ulong b)
    {
        var last = Word(bytes, 24);
        a += Word(bytes, 0);
        b = ulong.RotateRight(b + a + last, 21);
        var c = a;
        a += Word(bytes, 8) + Word(bytes, 16);
        return new Pair(a + last, b + ulong.RotateRight(a, 44) + c);
    }

    static ulong Join(ulong low, ulong high)
    {
        var a = (low ^ high) * Multiplier;
        a ^= a >> 47;
        return Mix((high ^ a) * Multiplier) * Multiplier;
    }

    static ulong Mix(ulong value) => value ^ (value >> 47);

    static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    struct Pair(ulong first, ulong second)
    {
        public ulong First = first;
        public ulong Second = second;
    }
}
