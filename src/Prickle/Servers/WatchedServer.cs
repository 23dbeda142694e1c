namespace Prickle.Servers;

/// <summary>A ClickHouse server or cluster that an organization watches: one or more nodes, and who asks them.</summary>
public sealed record WatchedServer
{
    /// <summary>The id of the product's own ClickHouse, which is there without being set up.</summary>
    public static readonly Guid OwnId = new("00000000-0000-0000-0000-0000000c11c4");

    /// <summary>An organization has at most so many.</summary>
    public const int Most = 50;

    /// <summary>A server has at most so many nodes.</summary>
    public const int MostNodes = 64;

    public required Guid Id { get; init; }
    public required int OrganizationId { get; init; }
    public required string Name { get; init; }

    /// <summary>The HTTP interface of each node, in the order they were given.</summary>
    public required IReadOnlyList<Uri> Nodes { get; init; }

    /// <summary>Who reads: everything that is shown is asked by this user.</summary>
    public required string MonitorUser { get; init; }

    /// <summary>Who acts: kills, changes, makes backups. Null where nobody was named, and nothing can be done.</summary>
    public string? OperatorUser { get; init; }
    public bool HasMonitorPassword { get; init; }
    public bool HasOperatorPassword { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Grows with each change, so that two at once are noticed.</summary>
    public int Version { get; init; } = 1;

    public bool IsOwn => Id == OwnId;

    /// <summary>
    /// What a node of this server is called, the same after it was started anew: an only one goes by its host, because the engine
    /// listens on another port each time.
    /// </summary>
    public string LabelOf(NodeName node) => Nodes.Count == 1 && node.Host is { } host ? host : node.ToString();

    /// <summary>Whether the account exists.</summary>
    public bool Has(Account account) => account == Account.Monitor || OperatorUser is not null;
}

/// <summary>As whom a server is asked.</summary>
public enum Account
{
    /// <summary>Reads.</summary>
    Monitor,
    /// <summary>Changes: used by actions alone.</summary>
    Operator,
}

/// <summary>A server as somebody wants it.</summary>
/// <param name="Nodes">Addresses as typed: <c>http://10.0.0.7:8123</c>, or <c>10.0.0.7</c>.</param>
public sealed record ServerDraft(string Name, IReadOnlyList<string> Nodes, string MonitorUser)
{
    /// <summary>Null or empty keeps the one that is there.</summary>
    public string? MonitorPassword { get; init; }
    public string? OperatorUser { get; init; }

    /// <summary>Null or empty keeps the one that is there.</summary>
    public string? OperatorPassword { get; init; }

    public static ServerDraft Of(WatchedServer server) =>
        new(server.Name, [.. server.Nodes.Select(node => node.ToString())], server.MonitorUser) { OperatorUser = server.OperatorUser };
}
