namespace Prickle.ClickHouse;

/// <summary>Where a ClickHouse HTTP interface is, and who we are there.</summary>
/// <param name="Address">Scheme, host and port, for example <c>http://127.0.0.1:8123/</c>.</param>
/// <param name="User">The ClickHouse user.</param>
/// <param name="Password">Its password; empty when it has none.</param>
/// <param name="Database">The database that holds the product's tables.</param>
/// <param name="Cluster">The cluster name of a replicated set-up, or null for a single server.</param>
/// <param name="IsEmbedded">The engine that comes with the product: the password is its host's, not ClickHouse's own.</param>
public sealed record ClickHouseEndpoint(
    Uri Address, string User = "default", string Password = "", string Database = "prickle",
    string? Cluster = null, bool IsEmbedded = false)
{
    /// <summary>
    /// Reads <c>http://user:password@host:8123/database?cluster=name</c>, the form of the setting <c>ClickHouse__Url</c>.
    /// </summary>
    /// <exception cref="FormatException">The text is not such an address; the message says which part.</exception>
    public static ClickHouseEndpoint Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new FormatException(
                "ClickHouse__Url must look like http://user:password@host:8123/database?cluster=name");
        }

        var credentials = uri.UserInfo.Split(':', 2);
        var database = uri.AbsolutePath.Trim('/');
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(uri.Query);
        return new ClickHouseEndpoint(
            new Uri(uri.GetLeftPart(UriPartial.Authority).Replace(uri.UserInfo + "@", "", StringComparison.Ordinal)),
            credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : "default",
            credentials.Length > 1 ? Uri.UnescapeDataString(credentials[1]) : "",
            database.Length > 0 ? database : "prickle",
            query.TryGetValue("cluster", out var cluster) ? cluster.ToString() : null);
    }

    /// <summary>The address alone: the password must never reach a log.</summary>
    public override string ToString() => $"{Address}{Database}";
}
