using Microsoft.AspNetCore.Identity;

namespace Prickle.Accounts;

/// <summary>Refuses what guessing programs try first; the length and variety rules are Identity's own.</summary>
public sealed class PasswordRules : IPasswordValidator<User>
{
    public const int MinimumLength = 12;

    static readonly string[] CommonWords =
    [
        "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "pass", "word", "qwerty", "qwertz", "qwertyuiop", "azerty",
        "asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm", "letmein", "welcome", "iloveyou", "monkey", "dragon", "sunshine", "princess",
        "football", "baseball", "superman", "batman", "trustno", "master", "shadow", "admin", "administrator", "root", "login",
        "secret", "changeme", "change", "default", "guest", "user", "test", "hello", "abc", "abcdef", "abcdefgh", "please",
        "letme", "prickle", "hedgehog", "company", "summer", "winter", "spring", "autumn", "january", "december", "me", "my",
    ];

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        var text = (password ?? "").ToLowerInvariant();
        if (IsGuessable(text))
        {
            return Refuse("PasswordTooCommon", "This password is among the first ones that would be guessed.");
        }
        var name = user.Email?.Split('@')[0].ToLowerInvariant();
        return name is { Length: >= 4 } && text.Contains(name, StringComparison.Ordinal)
            ? Refuse("PasswordHoldsEmail", "The password must not contain your e-mail address.")
            : Task.FromResult(IdentityResult.Success);
    }

    /// <summary>Only common words, digits and signs around them, or a run such as 123456789012.</summary>
    static bool IsGuessable(string text)
    {
        var letters = new string([.. text.Where(char.IsLetter)]);
        return IsMadeOfCommonWords(letters) || IsMadeOfCommonWords(new string([.. text.Where(sign => !char.IsAsciiDigit(sign))]))
            || IsRun(text);
    }

    static bool IsMadeOfCommonWords(string text)
    {
        var reachable = new bool[text.Length + 1];
        reachable[0] = true;
        for (var end = 1; end <= text.Length; end++)
        {
            reachable[end] = CommonWords.Any(word =>
                end >= word.Length && reachable[end - word.Length]
                && text.AsSpan(end - word.Length, word.Length).SequenceEqual(word));
        }
        return reachable[^1];
    }

    static bool IsRun(string text)
    {
        var steps = text.Zip(text.Skip(1), (first, second) => second - first).ToList();
        return steps.Count(step => step is 0 or 1 or -1) >= steps.Count - 2;
    }

    static Task<IdentityResult> Refuse(string code, string description) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = code, Description = description }));
}
