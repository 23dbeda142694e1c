using System.Text.Json;
using System.Text.Json.Serialization;
using Prickle.Dashboards;

namespace Prickle.Templates;

/// <summary>
/// A dashboard that can be made in any project: its tiles ask in terms of variables. This is its JSON, whose schema is
/// <c>dashboard-template.schema.json</c>; read and written with <see cref="TemplateJson"/>.
/// </summary>
public sealed record DashboardTemplate
{
    /// <summary>The version of the schema that this class is.</summary>
    public const int CurrentSchema = 1;

    [JsonRequired] public int Schema { get; init; } = CurrentSchema;

    /// <summary>Its name in addresses and bindings: lower-case letters, digits and hyphens.</summary>
    [JsonRequired] public string Key { get; init; } = "";

    /// <summary>From 1; dashboards made from an older version are offered the newer one.</summary>
    public int Version { get; init; } = 1;

    [JsonRequired] public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Shown first in the gallery.</summary>
    public bool Featured { get; init; }

    /// <summary>The filters of the dashboards made from it.</summary>
    public DashboardFilters Filters { get; init; } = new();
    public IReadOnlyList<TemplateVariable> Variables { get; init; } = [];
    [JsonRequired] public IReadOnlyList<TemplateTile> Tiles { get; init; } = [];
}

/// <summary>Something that differs from project to project.</summary>
public sealed record TemplateVariable
{
    /// <summary>How tiles name it, in braces: capital letters, digits and underscores.</summary>
    [JsonRequired] public string Id { get; init; } = "";
    [JsonRequired] public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    [JsonRequired] public VariableType Type { get; init; }
    public bool Required { get; init; }

    /// <summary>A value of its type; what holds when nothing is chosen.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>Of text and number: the only values there are.</summary>
    public IReadOnlyList<JsonElement>? Allowed { get; init; }

    /// <summary>Of number.</summary>
    public double? Minimum { get; init; }

    /// <summary>Of number.</summary>
    public double? Maximum { get; init; }

    /// <summary>Names that the event or property often has, for suggestions.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>Properties that such an event often has, for suggestions.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];
}

/// <summary>What a variable's values are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VariableType>))]
public enum VariableType
{
    /// <summary>An event by name, an action (<c>{"action": 5}</c>) or a page (<c>{"url": "/pricing"}</c>).</summary>
    [JsonStringEnumMemberName("event")] Event,
    /// <summary>The number of an action.</summary>
    [JsonStringEnumMemberName("action")] Action,
    /// <summary>A part of a page's address: stands for views of such pages.</summary>
    [JsonStringEnumMemberName("url")] Url,
    /// <summary>The name of an event's property.</summary>
    [JsonStringEnumMemberName("property")] Property,
    [JsonStringEnumMemberName("number")] Number,
    [JsonStringEnumMemberName("text")] Text,
    /// <summary>The number of a cohort.</summary>
    [JsonStringEnumMemberName("cohort")] Cohort,
    /// <summary>The index of a type of groups, from 0 to 4.</summary>
    [JsonStringEnumMemberName("group_type")] GroupType,
    /// <summary>A column of a table of the warehouse: <c>{"table": "invoices", "column": "amount"}</c>; for tiles in SQL.</summary>
    [JsonStringEnumMemberName("warehouse_column")] WarehouseColumn,
}

/// <summary>A tile; <c>{ID}</c> in its texts and its query stands for a variable.</summary>
public sealed record TemplateTile
{
    /// <summary>Its name within the template, through all versions.</summary>
    [JsonRequired] public string Id { get; init; } = "";
    public TileKind Kind { get; init; } = TileKind.Insight;

    /// <summary>Of an insight its name; of a link or a section its title.</summary>
    public string Name { get; init; } = "";
    public string Description { get; init; } = "";
    public string Color { get; init; } = "none";
    [JsonRequired] public TileLayouts? Layouts { get; init; }

    /// <summary>Of an insight: a question with placeholders.</summary>
    public JsonElement? Query { get; init; }

    /// <summary>Of a text or a link.</summary>
    public string Body { get; init; } = "";

    /// <summary>Of a link.</summary>
    public string Url { get; init; } = "";
}

/// <summary>Who may use a template.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TemplateScope>))]
public enum TemplateScope
{
    /// <summary>Comes with the product; nobody changes it.</summary>
    [JsonStringEnumMemberName("built_in")] BuiltIn,
    /// <summary>Of all projects of the organization; its admins change it.</summary>
    [JsonStringEnumMemberName("organization")] Organization,
    [JsonStringEnumMemberName("project")] Project,
}

/// <summary>A template with where it stands.</summary>
/// <param name="CreatedBy">The address of whoever made this version; null when it came with the product.</param>
public sealed record KnownTemplate(DashboardTemplate Template, TemplateScope Scope, string? CreatedBy, DateTimeOffset? CreatedAt);

/// <summary>What is wrong with a template, and where.</summary>
/// <param name="Path">A JSON path such as <c>$.tiles[2].query.series[0]</c>.</param>
public sealed record TemplateProblem(string Path, string Message);
