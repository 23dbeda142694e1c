using Prickle.Rendering;

namespace Prickle.Destinations;

/// <summary>What a field holds, and so how a form asks for it.</summary>
public enum FieldType
{
    Text,
    LongText,
    /// <summary>Encrypted where it is kept, never given back.</summary>
    Secret,
    Url,
    /// <summary>One of <see cref="DestinationField.Choices"/>.</summary>
    Choice,
    /// <summary>"true" or "false".</summary>
    Switch,
    Json,
    /// <summary>Lines of <c>name: value</c>.</summary>
    Headers,
    /// <summary>The id of a static cohort.</summary>
    Cohort,
    /// <summary>The key of a feature flag.</summary>
    Flag,
    /// <summary>The name of a property of persons.</summary>
    PersonProperty,
    /// <summary>The name of an event.</summary>
    Event,
}

/// <summary>A field of a destination.</summary>
/// <param name="Name">snake_case, as the API has it.</param>
/// <param name="Label">In forms: "Channel".</param>
public sealed record DestinationField(string Name, string Label, FieldType Type)
{
    /// <summary>Must be given, or must not be empty once rendered.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Holds a Liquid template.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>How values come into it.</summary>
    public TextEscape Escape { get; init; }

    /// <summary>One sentence under the field.</summary>
    public string Help { get; init; } = "";

    /// <summary>What stands in a new one.</summary>
    public string Default { get; init; } = "";

    /// <summary>For <see cref="FieldType.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>In characters, once rendered.</summary>
    public int Longest { get; init; } = 10_000;
}
