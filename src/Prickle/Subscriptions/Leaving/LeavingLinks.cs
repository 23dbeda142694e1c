using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Prickle.Storage;
using Prickle.Subscriptions.Storage;

namespace Prickle.Subscriptions.Leaving;

/// <summary>
/// The link in each mail by which whoever got it ends it, account or not. It holds the subscription and the address, sealed:
/// nothing has to be kept for it, and nobody can make one for another.
/// </summary>
public sealed class LeavingLinks(IDataProtectionProvider protection, IDbContextFactory<PrickleDatabase> databases)
{
    readonly IDataProtector _seal = protection.CreateProtector("Prickle.Subscriptions.Leaving");

    internal Uri Of(SubscriptionRow subscription, string recipient) =>
        new(new Uri(subscription.Origin), $"/unsubscribe/{_seal.Protect(string.Create(CultureInfo.InvariantCulture, $"{subscription.Id} {recipient}"))}");

    /// <summary>Where mail programs post to when somebody uses their own button (RFC 8058).</summary>
    internal Uri OneClickOf(SubscriptionRow subscription, string recipient) => new($"{Of(subscription, recipient)}/one-click");

    /// <summary>The address that a link is for; null when it is no such link.</summary>
    public string? RecipientOf(string token) => Read(token)?.Recipient;

    /// <summary>Takes the address off its subscription; false when it is no such link. Doing it twice is as good as once.</summary>
    public async Task<bool> LeaveAsync(string token, CancellationToken cancellationToken)
    {
        if (Read(token) is not var (id, recipient))
        {
            return false;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<SubscriptionRow>().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row)
        {
            return true;
        }
        row.Recipients = [.. row.Recipients.Where(address => !address.Equals(recipient, StringComparison.OrdinalIgnoreCase))];
        if (row.Recipients.Count == 0 && row.DestinationId is null)
        {
            // With nobody left there is nothing to send.
            (row.Enabled, row.NextAt) = (false, null);
        }
        await database.SaveChangesAsync(cancellationToken);
        return true;
    }

    (int Id, string Recipient)? Read(string token)
    {
        try
        {
            var parts = _seal.Unprotect(token).Split(' ', 2);
            return (int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
