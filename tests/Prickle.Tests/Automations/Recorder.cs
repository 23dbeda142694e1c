using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Prickle.Destinations;

namespace Prickle.Tests.Automations;

/// <summary>A destination of the tests: remembers what came, and answers as it was told to.</summary>
sealed class Recorder(string key, DestinationRepeat repeat, bool isMessage = false) : DestinationKind
{
    readonly ConcurrentDictionary<string, ConcurrentQueue<DeliveryOutcome>> _answers = new();

    public override string Key => key;
    public override string Title => key;
    public override string Sentence => "Remember it";
    public override string Icon => "";
    public override DestinationRepeat Repeat => repeat;
    public override bool CanUndo => true;
    public override bool IsMessageToPerson => isMessage;

    public override IReadOnlyList<DestinationField> Message =>
    [
        new("text", "Text", FieldType.LongText) { IsTemplate = true },
        new("event", "Event", FieldType.Event),
    ];

    public ConcurrentQueue<Delivery> Delivered { get; } = [];
    public ConcurrentQueue<Delivery> Undone { get; } = [];

    /// <summary>What is answered to deliveries with this text, in this order; afterwards they are delivered.</summary>
    public void Answer(string text, params DeliveryOutcome[] outcomes) => _answers[text] = new(outcomes);

    /// <summary>The texts that came to somebody, in their order.</summary>
    public IReadOnlyList<string> To(string distinctId) => [.. Delivered.Where(one => one.Person?.DistinctId == distinctId).Select(one => one["text"])];

    public override Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        Delivered.Enqueue(delivery);
        var outcome = _answers.TryGetValue(delivery["text"], out var answers) && answers.TryDequeue(out var answer) ? answer : new DeliveryOutcome.Delivered();
        return Task.FromResult(new DeliveryReport(outcome, new JsonObject { ["number"] = Delivered.Count }));
    }

    public override Task<DeliveryReport> UndoAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        Undone.Enqueue(delivery);
        return Task.FromResult(new DeliveryReport(new DeliveryOutcome.Delivered()));
    }
}
