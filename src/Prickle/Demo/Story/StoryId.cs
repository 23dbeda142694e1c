using System.Buffers.Binary;

namespace Prickle.Demo.Story;

/// <summary>Ids as browsers make them (UUID version 7: the time first), only that the rest of them comes from the dice.</summary>
static class StoryId
{
    public static Guid At(DateTimeOffset time, Dice dice)
    {
        Span<byte> bytes = stackalloc byte[16];
        dice.Fill(bytes);
        Span<byte> clock = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(clock, time.ToUnixTimeMilliseconds() << 16);
        clock[..6].CopyTo(bytes);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return new Guid(bytes, bigEndian: true);
    }
}
