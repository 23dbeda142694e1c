using System.Globalization;
using System.Text.Json.Nodes;
using Prickle.Accounts;
using Prickle.Destinations.Sending;

namespace Prickle.Destinations;

/// <summary>Sends a message that says it is a test, so that somebody sees whether a connection works.</summary>
public sealed class DestinationTest
{
    const string Sentence = "This is a test message from Prickle.";

    readonly DestinationKinds _kinds;
    readonly DestinationQueries _destinations;
    readonly DestinationSender _sender;
    readonly ConnectionHealth _health;
    readonly TimeProvider _time;

    internal DestinationTest(DestinationKinds kinds, DestinationQueries destinations, DestinationSender sender, ConnectionHealth health, TimeProvider time) =>
        (_kinds, _destinations, _sender, _health, _time) = (kinds, destinations, sender, health, time);

    /// <summary>What a test message says where nobody says anything else; what it goes to is left empty where only people know.</summary>
    public static IReadOnlyDictionary<string, string> FieldsOf(DestinationKind kind, ProjectGrant grant) => kind.Message.ToDictionary(field => field.Name, field => (kind.Key, field.Name) switch
    {
        (_, "text") => Sentence,
        (_, "title" or "subject") => "Test message from Prickle",
        ("email", "to") => grant.Actor.Email,
        ("email", "body") => $"<p>{Sentence}</p>",
        ("github", "body") => $"{Sentence} Close this issue whenever you like.",
        ("webhook", "body") => $$"""{"test": true, "message": "{{Sentence}}"}""",
        _ => field.Default,
    });

    /// <param name="fields">What is said differently from <see cref="FieldsOf"/>: the channel, the repository.</param>
    public async Task<Outcome<DeliveryReport>> SendAsync(ProjectGrant grant, Guid id, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.Destination, Level.Write))
        {
            return Refusal.Denied("You may look at destinations here, not send by them.");
        }
        if (await _destinations.FindAsync(grant.ProjectId, id, cancellationToken) is not { } destination || _kinds.Find(destination.Kind) is not { } kind)
        {
            return Refusal.NotFound("The destination does not exist.");
        }
        var message = new Dictionary<string, string>(FieldsOf(kind, grant), StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            message[name] = value;
        }
        if (await _sender.CheckAsync(grant.ProjectId, kind.Key, id, message, cancellationToken) is [var problem, ..])
        {
            return Refusal.Invalid($"fields.{problem.Field}", problem.Detail);
        }
        var variables = new JsonObject
        {
            ["project"] = new JsonObject { ["id"] = grant.ProjectId, ["name"] = grant.Project.Name },
            ["test"] = true,
        };
        // A key of its own each time: a test that is sent twice is two messages.
        var report = await _sender.SendAsync(
            new DeliveryRequest(grant.ProjectId, kind.Key, id, $"test-{id:N}-{Guid.CreateVersion7(_time.GetUtcNow()):N}", message, variables)
            {
                From = string.Create(CultureInfo.InvariantCulture, $"Test by {grant.Actor.Email}"),
            }, cancellationToken);
        // Whoever tries it looks at what became of it now.
        await _health.FlushAsync(cancellationToken);
        return report;
    }
}
