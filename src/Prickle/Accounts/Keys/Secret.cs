using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Prickle.Accounts.Keys;

/// <summary>Random secrets, and the form in which they are kept.</summary>
static class Secret
{
    const int RandomBytes = 32;

    /// <summary>How a project's secret key begins.</summary>
    public const string ProjectSecretPrefix = "phs_";

    /// <summary>The SDKs and the field's scripts tell the kinds apart by these prefixes.</summary>
    public static string NewProjectToken() => "phc_" + New();
    public static string NewPersonalKey() => "phx_" + New();
    public static string NewProjectSecretKey() => ProjectSecretPrefix + New();

    /// <summary>43 characters that may stand in a URL.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
