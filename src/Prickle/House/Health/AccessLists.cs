using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Health;

/// <summary>Who may do what on a server.</summary>
static class AccessLists
{
    const string Group = "Users and grants";

    static readonly SystemStatement.Missing NoUsers = new("system.users", "Users can be listed since 20.4; before, they stand in the server's configuration alone. The one who reads also needs the grant SHOW USERS.");

    public static readonly IReadOnlyList<HealthList> All =
    [
        new("users", Group, "Users", "No user can be seen.", "name",
            [new("name", "User"), new("storage", "Kept in", Width: 140), new("auth_type", "Signs in by", Width: 170), new("hosts", "From", CellKind.Long)],
            capabilities => capabilities.Has("users")
                ? "SELECT name, storage, toString(auth_type) AS auth_type, arrayStringConcat(arrayConcat(host_ip, host_names), ', ') AS hosts FROM system.users" : NoUsers),
        new("grants", Group, "Grants", "No grant can be seen.", "grantee",
            [new("grantee", "User or role", Width: 160), new("access_type", "May", Width: 220), new("what", "On"), new("is_partial_revoke", "Taken away", CellKind.Flag, 110, true), new("grant_option", "May pass on", CellKind.Flag, 120, true)],
            capabilities => capabilities.Has("grants")
                ? "SELECT ifNull(user_name, ifNull(role_name, '')) AS grantee, toString(access_type) AS access_type, concat(ifNull(database, '*'), '.', ifNull(table, '*'), if(column IS NULL, '', concat('(', column, ')'))) AS what, is_partial_revoke, grant_option FROM system.grants LIMIT 5000" : NoUsers),
        new("quotas", Group, "Quotas used", "No quota can be seen.", "quota_name",
            [new("quota_name", "Quota"), new("queries", "Queries", CellKind.Count, 110), new("errors", "Errors", CellKind.Count, 100), new("read_rows", "Rows read", CellKind.Count, 130)],
            capabilities => capabilities.Has("quotas_usage")
                ? "SELECT ifNull(quota_name, '') AS quota_name, ifNull(queries, 0) AS queries, ifNull(errors, 0) AS errors, ifNull(read_rows, 0) AS read_rows FROM system.quotas_usage" : NoUsers),
    ];
}
