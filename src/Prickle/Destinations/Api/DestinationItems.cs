using System.Text.Json;

namespace Prickle.Destinations.Api;

/// <summary>A destination in the API. Of secrets it says that they are there.</summary>
public sealed record DestinationItem(
    Guid Id, string Kind, string Name, IReadOnlyDictionary<string, string> Fields, IReadOnlyList<string> Secrets, bool Enabled, DateTimeOffset? SwitchedOffAt,
    string? SwitchedOffBecause, int Failures, DateTimeOffset? LastUsedAt, string? LastOutcome, string? LastDetail, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, int Version)
{
    /// <summary>Given for one destination, not in lists.</summary>
    public IReadOnlyList<DestinationUse>? UsedBy { get; init; }

    internal static DestinationItem Of(Destination one) => new(
        one.Id, one.Kind, one.Name, one.Fields, one.Secrets, one.Enabled, one.SwitchedOffAt, one.SwitchedOffBecause, one.Failures, one.LastUsedAt, one.LastOutcome,
        one.LastDetail, one.CreatedBy, one.CreatedAt, one.UpdatedAt, one.Version);
}

/// <summary>A kind of destination, with its fields.</summary>
public sealed record KindItem(
    string Key, string Title, string Sentence, bool NeedsConnection, bool NeedsPerson, bool CanUndo, bool IsMessageToPerson, IReadOnlyList<FieldItem> Connection,
    IReadOnlyList<FieldItem> Message)
{
    internal static KindItem Of(DestinationKind kind) => new(
        kind.Key, kind.Title, kind.Sentence, kind.NeedsConnection, kind.NeedsPerson, kind.CanUndo, kind.IsMessageToPerson, [.. kind.Connection.Select(FieldItem.Of)],
        [.. kind.Message.Select(FieldItem.Of)]);
}

/// <summary>A field of a kind.</summary>
public sealed record FieldItem(
    string Name, string Label, string Type, bool IsRequired, bool IsTemplate, string Help, string Default, IReadOnlyList<string> Choices, int Longest)
{
    internal static FieldItem Of(DestinationField field) => new(
        field.Name, field.Label, JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Type.ToString()), field.IsRequired, field.IsTemplate, field.Help, field.Default,
        field.Choices, field.Longest);
}

/// <summary>What became of a test message.</summary>
public sealed record TestItem(string Outcome, string Detail, JsonElement? Output, DeliveryExchange? Exchange, IReadOnlyDictionary<string, string> Rendered)
{
    internal static TestItem Of(DeliveryReport report) => new(
        report.Outcome.Name, report.Outcome.Detail, report.Output is { } output ? JsonSerializer.SerializeToElement(output) : null, report.Exchange, report.Rendered);
}
