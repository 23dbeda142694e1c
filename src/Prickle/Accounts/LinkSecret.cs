using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Prickle.Accounts;

/// <summary>The secret of a shared link: shown once, kept as a hash.</summary>
public static class LinkSecret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Eight characters that tell things of a project apart, in addresses.</summary>
    public static string NewShortId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(6));
}
