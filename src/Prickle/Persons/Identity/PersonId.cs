using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Prickle.Persons.Identity;

/// <summary>
/// The id of the person that a distinct id begins as. Derived, so that anonymous events carry the right person before
/// any is stored, and so that two nodes (or two tries) make the same one.
/// </summary>
static class PersonId
{
    public static Guid For(int projectId, string distinctId)
    {
        var size = Encoding.UTF8.GetByteCount(distinctId);
        Span<byte> input = size <= 1020 ? stackalloc byte[size + 4] : new byte[size + 4];
        BinaryPrimitives.WriteInt32BigEndian(input, projectId);
        Encoding.UTF8.GetBytes(distinctId, input[4..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
