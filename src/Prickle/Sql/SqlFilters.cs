using System.Text.Json;
using System.Text.Json.Serialization;
using Prickle.Accounts;
using Prickle.Filters;

namespace Prickle.Sql;

/// <summary>What <c>{filters}</c> in a statement stands for, in the shape of questions: a period, conditions on events, the project's own people.</summary>
public sealed record SqlFilters
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    [JsonPropertyName("dateRange")] public SqlDateRange DateRange { get; init; } = new();

    [JsonPropertyName("properties")] public FilterGroup Properties { get; init; } = FilterGroup.Everything;

    /// <summary>Leaves out those whom the project's settings name as its own people.</summary>
    [JsonPropertyName("filterTestAccounts")] public bool FilterTestAccounts { get; init; }

    [JsonIgnore]
    public bool IsEmpty => DateRange is { DateFrom: null, DateTo: null } && Properties.IsEmpty && !FilterTestAccounts;

    /// <summary>Reads them; null when the JSON is none.</summary>
    public static SqlFilters? Read(JsonElement json)
    {
        try
        {
            var read = json.Deserialize<SqlFilters>(Json);
            return read is null ? new SqlFilters() : read with { DateRange = read.DateRange ?? new(), Properties = read.Properties ?? FilterGroup.Everything };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether others say the same.</summary>
    public bool Says(SqlFilters other) => JsonElement.DeepEquals(Write(), other.Write());

    public JsonElement Write() => JsonSerializer.SerializeToElement(this, Json);
}

/// <summary>A period in the grammar of questions: relative ("-7d", "mStart", "all") or ISO dates; without both ends, all of time.</summary>
public sealed record SqlDateRange(
    [property: JsonPropertyName("date_from")] string? DateFrom = null,
    [property: JsonPropertyName("date_to")] string? DateTo = null,
    [property: JsonPropertyName("explicitDate")] bool ExplicitDate = false);

/// <summary>Filters of a statement, understood.</summary>
/// <param name="From">First moment, included; null for all of time.</param>
/// <param name="To">Last moment, included; null for all of time.</param>
public sealed record SqlFilterMeaning(DateTimeOffset? From, DateTimeOffset? To, FilterGroup Conditions);

/// <summary>Understands the filters of statements as those of questions. The module of insights, which knows the grammar of periods, registers one.</summary>
public interface ISqlFilterReader
{
    Task<Outcome<SqlFilterMeaning>> ReadAsync(Project project, SqlFilters filters, CancellationToken cancellationToken);
}
