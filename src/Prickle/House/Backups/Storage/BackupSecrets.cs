using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Prickle.House.Backups.Storage;

/// <summary>Seals the secret keys of buckets with the keys of this installation.</summary>
sealed class BackupSecrets(IDataProtectionProvider protection)
{
    readonly IDataProtector _seal = protection.CreateProtector("Prickle.House.BackupTargets");

    public string Seal(string secret) => _seal.Protect(secret);

    /// <summary>Null where it was sealed with keys that are gone.</summary>
    public string? Open(string text)
    {
        try
        {
            return text.Length == 0 ? "" : _seal.Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
