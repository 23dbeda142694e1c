namespace Prickle.House.Frame;

/// <summary>The parts of a server's pages, in their order.</summary>
static class HouseSections
{
    public static readonly IReadOnlyList<HouseSection> All =
    [
        new("Overview", ""),
        new("Running", "running"),
        new("Queries", "queries"),
        new("Console", "console"),
        new("Compare", "compare"),
        new("Storage", "storage"),
        new("Health", "health"),
        new("Operations", "operations"),
        new("Alerts", "alerts"),
        new("Backups", "backups"),
    ];

    /// <summary>The address of a page about a server.</summary>
    public static string Of(Guid server, string path = "") => $"/house/{server}{(path.Length == 0 ? "" : "/")}{path}";
}

/// <summary>A part: its title, and its path below the server's address.</summary>
sealed record HouseSection(string Title, string Path);
