using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Prickle.Insights.Saved;

/// <summary>The secret of a shared link: shown once, kept as a hash.</summary>
static class LinkSecret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Eight characters that tell insights of a project apart.</summary>
    public static string NewShortId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(6));
}
