using System.Text.Json.Nodes;
using Prickle.Destinations.Sending;
using Prickle.Rendering;

namespace Prickle.Destinations;

/// <summary>A message to send: templates, and what they are filled with.</summary>
/// <param name="Kind">The key of the kind.</param>
/// <param name="DestinationId">The connection; null for kinds that have none.</param>
/// <param name="Key">Names the message over all tries.</param>
/// <param name="Fields">The message's fields by name, as templates.</param>
/// <param name="Variables">What templates may name: <c>event</c>, <c>person</c>, <c>groups</c>, <c>steps</c>, <c>project</c>.</param>
public sealed record DeliveryRequest(
    int ProjectId, string Kind, Guid? DestinationId, string Key, IReadOnlyDictionary<string, string> Fields, JsonObject Variables)
{
    public DeliveryPerson? Person { get; init; }
    public bool MayHaveArrived { get; init; }
    public IReadOnlyList<string> Origin { get; init; } = [];
    public string From { get; init; } = "";
    public DeliveryPicture? Picture { get; init; }

    /// <summary>What comes in place of what <see cref="DestinationSender.SendAsync"/> gave as output, for taking it back.</summary>
    public JsonObject? Output { get; init; }
}

/// <summary>Makes one try to deliver a message, by whichever kind. The tries, and the times between them, are the caller's.</summary>
public sealed class DestinationSender
{
    /// <summary>What one try may take, whatever a kind does.</summary>
    public static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(30);

    readonly DestinationKinds _kinds;
    readonly OpenConnections _connections;
    readonly ConnectionHealth _health;
    readonly FieldRendering _rendering;
    readonly TimeProvider _time;
    readonly ILogger<DestinationSender> _logger;

    internal DestinationSender(
        DestinationKinds kinds, OpenConnections connections, ConnectionHealth health, FieldRendering rendering, TimeProvider time, ILogger<DestinationSender> logger) =>
        (_kinds, _connections, _health, _rendering, _time, _logger) = (kinds, connections, health, rendering, time, logger);

    public Task<DeliveryReport> SendAsync(DeliveryRequest request, CancellationToken cancellationToken) =>
        TryAsync(request, (kind, delivery, patience) => kind.DeliverAsync(delivery, patience), cancellationToken);

    /// <summary>Takes back what the same request did.</summary>
    public Task<DeliveryReport> UndoAsync(DeliveryRequest request, CancellationToken cancellationToken) =>
        TryAsync(
            request,
            (kind, delivery, patience) => kind.CanUndo ? kind.UndoAsync(delivery, patience)
                : Task.FromResult(new DeliveryReport(new DeliveryOutcome.Rejected($"{kind.Title} cannot be taken back."))),
            cancellationToken);

    /// <summary>What is wrong with a message before anything is sent.</summary>
    public async Task<IReadOnlyList<FieldProblem>> CheckAsync(
        int projectId, string kind, Guid? destinationId, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken)
    {
        if (_kinds.Find(kind) is not { } found)
        {
            return [new FieldProblem("kind", $"There is no kind of destination \"{kind}\".")];
        }
        var problems = new List<FieldProblem>();
        var connection = destinationId is { } id ? await _connections.FindAsync(projectId, id, cancellationToken) : null;
        if (destinationId is null && found.NeedsConnection)
        {
            problems.Add(new FieldProblem("destination_id", $"Choose where it goes: a destination of the kind \"{found.Title}\"."));
        }
        else if (destinationId is not null && connection?.Destination.Kind != kind)
        {
            problems.Add(new FieldProblem("destination_id", connection is null ? "The destination does not exist." : $"The destination is none of the kind \"{found.Title}\"."));
        }
        problems.AddRange(fields.Keys.Where(name => found.Message.All(field => field.Name != name)).Select(name => new FieldProblem(name, $"{found.Title} has no field {name}.")));
        problems.AddRange(found.Message.Select(field => _rendering.ProblemOf(field, fields.GetValueOrDefault(field.Name) ?? field.Default)).OfType<FieldProblem>());
        if (found.ProblemOf(connection?.Destination.Fields ?? new Dictionary<string, string>(), fields) is { } own && problems.All(problem => problem.Field != own.Field))
        {
            problems.Add(own);
        }
        return problems;
    }

    /// <summary>The fields as they would go out, for a preview; one that cannot be rendered is empty.</summary>
    public IReadOnlyDictionary<string, string> Render(DeliveryRequest request) =>
        _kinds.Find(request.Kind) is { } kind ? _rendering.Render(kind, request, out _) : new Dictionary<string, string>();

    async Task<DeliveryReport> TryAsync(
        DeliveryRequest request, Func<DestinationKind, Delivery, CancellationToken, Task<DeliveryReport>> act, CancellationToken cancellationToken)
    {
        if (_kinds.Find(request.Kind) is not { } kind)
        {
            return new DeliveryReport(new DeliveryOutcome.Misconfigured($"There is no kind of destination \"{request.Kind}\"."));
        }
        var connection = request.DestinationId is { } id ? await _connections.FindAsync(request.ProjectId, id, cancellationToken) : null;
        if (RefusalOf(kind, request, connection) is { } refused)
        {
            return new DeliveryReport(refused);
        }
        var masking = new Masking(connection?.Secrets ?? []);
        var rendered = _rendering.Render(kind, request, out var problem);
        if (problem is not null)
        {
            return masking.Of(new DeliveryReport(new DeliveryOutcome.Rejected(problem.Detail)) { Rendered = rendered });
        }
        if (kind.NeedsPerson && request.Person is null)
        {
            return new DeliveryReport(new DeliveryOutcome.Rejected("There is no person that it could be about.")) { Rendered = rendered };
        }
        var delivery = new Delivery(request.ProjectId, request.Key, connection?.Fields ?? new Dictionary<string, string>(), rendered)
        {
            Person = request.Person,
            MayHaveArrived = request.MayHaveArrived,
            Origin = request.Origin,
            From = request.From,
            Output = request.Output,
            Picture = request.Picture,
        };
        var report = await ActAsync(kind, delivery, act, cancellationToken);
        report = masking.Of(report with { Rendered = rendered, Exchange = Exchanges.Cut(report.Exchange) });
        if (connection is not null)
        {
            await _health.NoteAsync(connection, report.Outcome, cancellationToken);
        }
        return report;
    }

    static DeliveryOutcome.Misconfigured? RefusalOf(DestinationKind kind, DeliveryRequest request, OpenConnection? connection) =>
        connection is null && request.DestinationId is null ? kind.NeedsConnection ? new DeliveryOutcome.Misconfigured("No destination is chosen.") : null
        : connection is null || connection.Destination.Kind != kind.Key ? new DeliveryOutcome.Misconfigured("The destination was deleted.")
        : !connection.Destination.Enabled ? new DeliveryOutcome.Misconfigured($"The destination \"{connection.Destination.Name}\" is switched off. {connection.Destination.SwitchedOffBecause}".TrimEnd())
        : connection.Fields is null ? new DeliveryOutcome.Misconfigured("Its secrets cannot be read any more: the keys of this installation changed. Enter them again.")
        : null;

    async Task<DeliveryReport> ActAsync(
        DestinationKind kind, Delivery delivery, Func<DestinationKind, Delivery, CancellationToken, Task<DeliveryReport>> act, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LongestTry, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await act(kind, delivery, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryReport(new DeliveryOutcome.Unreachable($"No answer came within {LongestTry.TotalSeconds:0} s.", MayHaveArrived: true));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The edge of a try: a kind that trips is our mistake, and the others go on. Nothing of the message is logged.
            _logger.LogError(error, "A delivery by {Kind} for project {Project} failed", kind.Key, delivery.ProjectId);
            return new DeliveryReport(new DeliveryOutcome.Unreachable("It could not be done at this moment.", MayHaveArrived: true));
        }
    }
}
