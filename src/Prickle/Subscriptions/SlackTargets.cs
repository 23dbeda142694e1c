using Prickle.Accounts;
using Prickle.Destinations;

namespace Prickle.Subscriptions;

/// <summary>The destinations of a project that a dashboard can go to.</summary>
public sealed class SlackTargets(DestinationQueries destinations)
{
    const string Bot = "slack";
    const string Webhook = "slack_webhook";

    /// <summary>By their names; those that are switched off too, since somebody may switch them on again.</summary>
    public async Task<IReadOnlyList<Destination>> ListAsync(int projectId, CancellationToken cancellationToken) =>
        [.. (await destinations.ListAsync(projectId, new DestinationFilter(), cancellationToken)).Where(destination => destination.Kind is Bot or Webhook)];

    /// <summary>A webhook has one channel of its own; a bot is told one.</summary>
    public static bool NeedsChannel(Destination destination) => destination.Kind == Bot;

    internal async Task<Refusal?> RefusalOfAsync(ProjectGrant grant, SlackTarget target, CancellationToken cancellationToken) =>
        !grant.Allows(Resource.Destination, Level.Read) ? Refusal.Denied("A dashboard is sent to Slack by those who may see the destinations of the project.")
        : await destinations.FindAsync(grant.ProjectId, target.DestinationId, cancellationToken) is not { Kind: Bot or Webhook } found
            ? Refusal.Invalid("destination", "The project has no such destination of Slack.")
        : NeedsChannel(found) && target.Channel.Trim().Length == 0 ? Refusal.Invalid("target_value", "Name the channel by its id, such as C0123456789, at the end of its details in Slack.")
        : null;
}
