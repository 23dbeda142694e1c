using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Prickle.Capture.Receiving;

/// <summary>Uuids that come out the same when the same input is read again: a retry or a crash makes no second event.</summary>
static class DerivedUuid
{
    /// <summary>A uuid of version 8 made of a text.</summary>
    public static Guid FromText(string text)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Shape(hash[..16], 8);
    }

    /// <summary>
    /// A uuid of version 7 (time-ordered) for an event without one: its arrival time, then a hash of the node,
    /// the place of its request in the inbox and its own place in the request.
    /// </summary>
    public static Guid FromPlace(DateTimeOffset receivedAt, Guid node, long entry, int position)
    {
        Span<byte> input = stackalloc byte[28];
        node.TryWriteBytes(input);
        BinaryPrimitives.WriteInt64BigEndian(input[16..], entry);
        BinaryPrimitives.WriteInt32BigEndian(input[24..], position);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        BinaryPrimitives.WriteInt64BigEndian(hash, receivedAt.ToUnixTimeMilliseconds() << 16);
        // The time takes six bytes; the seventh and eighth were zeroed by the shift and take hash again.
        hash[16..18].CopyTo(hash[6..8]);
        return Shape(hash[..16], 7);
    }

    static Guid Shape(Span<byte> bytes, int version)
    {
        bytes[6] = (byte)((bytes[6] & 0x0f) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
