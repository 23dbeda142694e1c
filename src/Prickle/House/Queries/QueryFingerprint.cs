using System.Security.Cryptography;
using System.Text;

namespace Prickle.House.Queries;

/// <summary>
/// What statements that differ only in their values have in common: the text with <c>?</c> for the values, and an id made of it.
/// Made here and not by the servers, so that it is the same whatever their version.
/// </summary>
sealed record QueryFingerprint(string Id, string Text)
{
    const int IdBytes = 8;

    public static QueryFingerprint Of(string statement)
    {
        var text = NormalText.Of(statement);
        return new QueryFingerprint(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, IdBytes)), text);
    }

    /// <summary>Whether a text could be an id.</summary>
    public static bool IsId(string text) => text.Length == 2 * IdBytes && text.All(char.IsAsciiHexDigitLower);
}
