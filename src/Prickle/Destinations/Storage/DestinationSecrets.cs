using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Prickle.Destinations.Storage;

/// <summary>Seals the secrets of destinations with the keys of this installation.</summary>
sealed class DestinationSecrets(IDataProtectionProvider protection)
{
    readonly IDataProtector _seal = protection.CreateProtector("Prickle.Destinations.Secrets");

    public string Seal(IReadOnlyDictionary<string, string> secrets) => secrets.Count == 0 ? "" : _seal.Protect(JsonSerializer.Serialize(secrets));

    /// <summary>Null where they were sealed with keys that are gone.</summary>
    public IReadOnlyDictionary<string, string>? Open(string text)
    {
        if (text.Length == 0)
        {
            return new Dictionary<string, string>();
        }
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(_seal.Unprotect(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
