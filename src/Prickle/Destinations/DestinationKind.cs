namespace Prickle.Destinations;

/// <summary>
/// One way out: a Slack message, a GitHub issue, a person put into a cohort. A kind is registered once and used by automations,
/// subscriptions and whatever else acts; who uses it owns the tries and their times, a kind makes one try and says what became of it.
/// </summary>
public abstract class DestinationKind
{
    /// <summary>For example <c>slack</c>; unique, and part of what people keep in files.</summary>
    public abstract string Key { get; }

    /// <summary>In lists: "Slack message".</summary>
    public abstract string Title { get; }

    /// <summary>One sentence without a full stop: "Post a message to a channel".</summary>
    public abstract string Sentence { get; }

    /// <summary>The SVG path of a MudBlazor icon.</summary>
    public abstract string Icon { get; }

    /// <summary>What is said once for many messages, as the address and the secret. Empty for what happens within the product.</summary>
    public virtual IReadOnlyList<DestinationField> Connection => [];

    /// <summary>Whether a delivery without a connection of its own is none: mail goes by the operator's server then.</summary>
    public virtual bool NeedsConnection => Connection.Count > 0;

    /// <summary>What is said for each message.</summary>
    public abstract IReadOnlyList<DestinationField> Message { get; }

    /// <summary>Whether what it did can be taken back.</summary>
    public virtual bool CanUndo => false;

    /// <summary>Whether a picture can go along with a message.</summary>
    public virtual bool TakesPicture => false;

    /// <summary>Whether it needs to know a person.</summary>
    public virtual bool NeedsPerson => false;

    /// <summary>Whether people who get it count it as a message: budgets, quiet hours and opting out are about these.</summary>
    public virtual bool IsMessageToPerson => false;

    /// <summary>What is done with a delivery of which nobody knows whether it happened, because the product died meanwhile.</summary>
    public abstract DestinationRepeat Repeat { get; }

    /// <summary>What is wrong with the settings, beyond a field that is missing; null when nothing is.</summary>
    /// <param name="connection">By field; secrets that are kept are not among them.</param>
    /// <param name="message">By field, as templates.</param>
    public virtual FieldProblem? ProblemOf(IReadOnlyDictionary<string, string> connection, IReadOnlyDictionary<string, string> message) => null;

    /// <summary>Makes one try. Never throws for what the other side does.</summary>
    public abstract Task<DeliveryReport> DeliverAsync(Delivery delivery, CancellationToken cancellationToken);

    /// <summary>Takes back what a delivery with these fields did; only where <see cref="CanUndo"/>.</summary>
    public virtual Task<DeliveryReport> UndoAsync(Delivery delivery, CancellationToken cancellationToken) => throw new NotSupportedException($"{Key} cannot be undone");
}

/// <summary>What a crash between sending and noting it means.</summary>
public enum DestinationRepeat
{
    /// <summary>The same key twice is one effect: it is simply done again.</summary>
    IsSafe,
    /// <summary>The kind can ask the other side whether the key has arrived, when <see cref="Delivery.MayHaveArrived"/> says so.</summary>
    AsksFirst,
    /// <summary>Nobody can tell: it is not done again, and shown as uncertain.</summary>
    IsUnknown,
}

/// <summary>A field that is wrong, by its name, and why.</summary>
public sealed record FieldProblem(string Field, string Detail);
