using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Prickle.Automations.Engine;

/// <summary>The way that a run takes by chance: the same each time it is asked, and even over many runs.</summary>
static class SplitChoice
{
    public static SplitPart Of(SplitStep step, Guid run)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{run:N}.{step.Id}"), hash);
        var at = BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue * 100;
        foreach (var part in step.Parts)
        {
            if ((at -= part.Share) < 0)
            {
                return part;
            }
        }
        return step.Parts[^1];
    }
}
