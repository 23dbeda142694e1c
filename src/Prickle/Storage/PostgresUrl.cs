using System.Web;
using Npgsql;

namespace Prickle.Storage;

/// <summary>Reads a PostgreSQL address in either usual form: the driver's keywords, or a postgres:// URL.</summary>
static class PostgresUrl
{
    public static string ToConnectionString(string value)
    {
        if (!value.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
            && !value.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            return new NpgsqlConnectionStringBuilder(value).ConnectionString;
        }

        var url = new Uri(value);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host.Trim('[', ']'),
            Port = url.Port > 0 ? url.Port : NpgsqlConnectionDefaultPort,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
        };
        var userInfo = url.UserInfo.Split(':', 2);
        if (userInfo[0] is { Length: > 0 } user)
        {
            builder.Username = Uri.UnescapeDataString(user);
        }
        if (userInfo is [_, var password])
        {
            builder.Password = Uri.UnescapeDataString(password);
        }
        // libpq writes "sslmode" and "application_name" where the driver says "SSL Mode" and "Application Name".
        var query = HttpUtility.ParseQueryString(url.Query);
        foreach (var key in query.AllKeys.OfType<string>())
        {
            builder[key.Replace('_', ' ')] = key.Equals("sslmode", StringComparison.OrdinalIgnoreCase)
                ? query[key]?.Replace("-", "", StringComparison.Ordinal)
                : query[key];
        }
        return builder.ConnectionString;
    }

    const int NpgsqlConnectionDefaultPort = 5432;
}
