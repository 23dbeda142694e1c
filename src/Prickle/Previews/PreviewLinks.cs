using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Prickle.Accounts;

namespace Prickle.Previews;

/// <summary>What a customer's server says for somebody: who they are, and for which groups they decide.</summary>
public sealed record SignedVisitor(int ProjectId, PreviewVisitor Visitor, DateTimeOffset ExpiresAt);

/// <summary>
/// Signed words about somebody, for the hosted page and the widget. They hold all that is said, sealed: nothing is kept for
/// them, and nobody can make some for another.
/// </summary>
public sealed class PreviewLinks(IDataProtectionProvider protection, TimeProvider time)
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);
    public static readonly TimeSpan Usual = TimeSpan.FromDays(7);

    readonly IDataProtector _seal = protection.CreateProtector("Prickle.Previews.Links");

    public Outcome<(string Signed, DateTimeOffset ExpiresAt)> Sign(ProjectGrant grant, PreviewVisitor visitor, TimeSpan? lifetime)
    {
        if (!grant.Allows(Resource.EarlyAccessFeature, Level.Write))
        {
            return Refusal.Denied("You may look at previews here, not speak for people.");
        }
        if (visitor.DistinctId.Length is 0 or > 200)
        {
            return Refusal.Invalid("distinct_id", "Say for whom, by their distinct id of at most 200 characters.");
        }
        if (visitor.Groups.Count > 5 || visitor.Groups.Any(group => group.Key.Length + group.Value.Length > 400))
        {
            return Refusal.Invalid("groups", "At most five groups, with keys of at most 400 characters.");
        }
        if (visitor.Administers.FirstOrDefault(type => !visitor.Groups.ContainsKey(type)) is { } stranger)
        {
            return Refusal.Invalid("admin_of", $"Say which {stranger} it is, in groups.");
        }
        if (lifetime is { } asked && (asked <= TimeSpan.Zero || asked > Longest))
        {
            return Refusal.Invalid("expires_in", $"1 to {Longest.TotalSeconds:0} seconds.");
        }
        var expires = time.GetUtcNow() + (lifetime ?? Usual);
        var sealedWords = JsonSerializer.Serialize(new Words(grant.ProjectId, visitor.DistinctId, visitor.Groups, visitor.Administers, expires));
        return (_seal.Protect(sealedWords), expires);
    }

    /// <summary>What was signed; null when it was not here, or is too old.</summary>
    public SignedVisitor? Read(string signed)
    {
        try
        {
            var words = JsonSerializer.Deserialize<Words>(_seal.Unprotect(signed))!;
            return words.Expires <= time.GetUtcNow() ? null
                : new SignedVisitor(words.Project, new PreviewVisitor(words.Id) { Groups = words.Groups, Administers = words.Admin }, words.Expires);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    sealed record Words(int Project, string Id, IReadOnlyDictionary<string, string> Groups, IReadOnlyList<string> Admin, DateTimeOffset Expires);
}
