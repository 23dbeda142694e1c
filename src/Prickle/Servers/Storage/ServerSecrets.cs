using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Prickle.Servers.Storage;

/// <summary>The passwords of a server's two accounts.</summary>
sealed record Passwords(string Monitor, string Operator);

/// <summary>Seals the passwords of watched servers with the keys of this installation.</summary>
sealed class ServerSecrets(IDataProtectionProvider protection)
{
    readonly IDataProtector _seal = protection.CreateProtector("Prickle.Servers.Passwords");

    public string Seal(Passwords passwords) => _seal.Protect(JsonSerializer.Serialize(passwords));

    /// <summary>Null where they were sealed with keys that are gone.</summary>
    public Passwords? Open(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonSerializer.Deserialize<Passwords>(_seal.Unprotect(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
