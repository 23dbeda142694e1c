using Prickle.Accounts;

namespace Prickle.Api;

/// <summary>Marks an endpoint of the API, which the <see cref="ApiGate"/> guards.</summary>
public sealed record ApiEndpoint(ApiTarget Target);

/// <summary>Marks what programs ask again and again to learn that nothing has changed: it is not counted among a key's requests.</summary>
public sealed record PolledEndpoint;

/// <summary>What the path of an API endpoint names.</summary>
public enum ApiTarget
{
    /// <summary>Nothing: the endpoint is about the one who asks.</summary>
    Account,
    /// <summary><c>{organization}</c>: an id, or <c>@current</c>.</summary>
    Organization,
    /// <summary><c>{project}</c>: an id, or <c>@current</c>.</summary>
    Project,
}

/// <summary>What an API endpoint asks of its caller. The last one said holds.</summary>
public sealed record ApiRequirement(Resource Resource, Level Level)
{
    public string Scope => Resource.Scope(Level);
}
