using Prickle.Accounts;
using Prickle.House.Operations.Running;
using Prickle.Servers;

namespace Prickle.House.Operations.Templates;

/// <summary>The ready-made operations, in the order in which they are offered.</summary>
sealed class OperationTemplates(ServerDirectory servers, Fleet fleet)
{
    public static readonly IReadOnlyList<OperationTemplate> All =
    [
        new OrderByTemplate(),
        new ColumnTypeTemplate(),
        new MaterializeTemplate(),
        new EngineTemplate(),
        new RepartitionTemplate(),
        new DeletionTemplate(),
    ];

    /// <summary>Writes one out for a server; nothing is stored or changed.</summary>
    public async Task<Outcome<OperationDefinition>> WriteAsync(
        OrganizationGrant grant, Guid serverId, string key, IReadOnlyDictionary<string, string> inputs, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.House, Level.Write))
        {
            return Refusal.Denied("Writing operations takes the role of an admin.");
        }
        if (All.FirstOrDefault(template => template.Key == key) is not { } template)
        {
            return Refusal.NotFound($"There is no ready-made operation \"{key}\".");
        }
        if (await servers.FindAsync(grant.OrganizationId, serverId, cancellationToken) is not { } server)
        {
            return Refusal.NotFound("The server does not exist.");
        }
        if (!server.Has(Account.Operator))
        {
            return Refusal.Denied($"{server.Name} has no operator's account, so nothing can be done there: name one in its settings.");
        }
        var given = new TemplateInputs(inputs, template.Fields);
        return given.Problem is { } problem ? problem
            : await template.WriteAsync(new TemplateSource(new OperationServer(server, fleet), StepRun.MarkOf(Guid.NewGuid())[^6..], cancellationToken), given);
    }
}
