using Microsoft.AspNetCore.Identity;

namespace Prickle.Accounts;

/// <summary>The password of a shared link, kept as the passwords of accounts are.</summary>
public static class LinkPassword
{
    public const int Shortest = 6;

    public const int Longest = 200;

    static readonly PasswordHasher<string> Hasher = new();

    public static string Hash(string password) => Hasher.HashPassword("", password);

    public static bool IsRight(string hash, string password) =>
        password.Length is > 0 and <= Longest && Hasher.VerifyHashedPassword("", hash, password) != PasswordVerificationResult.Failed;
}
