using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.House.Operations;

/// <summary>What becomes of an operation whose step fails.</summary>
public enum OnFailure
{
    /// <summary>It stops there, and somebody decides.</summary>
    Ask,
    /// <summary>What was done is undone by itself.</summary>
    RollBack,
}

/// <summary>A change of a server in steps, as somebody wants it.</summary>
/// <param name="Title">For lists.</param>
/// <param name="Steps">In their order.</param>
public sealed record OperationDefinition(string Title, IReadOnlyList<OperationStep> Steps)
{
    public const int LongestTitle = 200;
    public const int MostSteps = 100;
    public const int LongestText = 200_000;

    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowOutOfOrderMetadataProperties = true,
        // Statements are read by people.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Why it is done; empty for no reason given.</summary>
    public string Why { get; init; } = "";
    public OnFailure OnFailure { get; init; } = OnFailure.Ask;

    /// <summary>A SELECT of one value: where it is 0 on every node, there is nothing to do. Null for one that is always needed.</summary>
    public string? RequiredWhen { get; init; }

    /// <summary>Operations of the same server that have to be done before, by their ids.</summary>
    public IReadOnlyList<Guid> After { get; init; } = [];

    /// <summary>Beside what is always looked at: what else tells that a server has too much to do.</summary>
    public IReadOnlyList<HealthCheck> HealthChecks { get; init; } = [];

    /// <summary>The tables that its steps name.</summary>
    [JsonIgnore]
    public IReadOnlyCollection<(string Database, string Table)> Tables => [.. Steps.SelectMany(TablesOf).Distinct()];

    /// <summary>As JSON: what is stored, shown and hashed.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Reads a definition; the sentence says what is wrong with it.</summary>
    public static (OperationDefinition? Definition, string? Problem) Read(string json)
    {
        try
        {
            var definition = JsonSerializer.Deserialize<OperationDefinition>(json, Format);
            return definition?.Steps.Any(step => step is null) == true ? (null, "A step is missing: null is no step.")
                : definition?.HealthChecks.Any(check => check is null) == true ? (null, "A health check is missing: null is none.")
                : definition?.Steps.OfType<BackupStep>().Any(backup => backup.Tables.Any(table => table is null)) == true ? (null, "A table to back up is missing: null is no name.")
                : (definition, null);
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            return (null, $"This is no definition of an operation: {unreadable.Message}");
        }
    }

    /// <summary>What is approved is this text of this definition, and no other.</summary>
    public string ToHash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));

    static IEnumerable<(string Database, string Table)> TablesOf(OperationStep step) => step switch
    {
        StatementStep { Database: { } database, Table: { } table } => [(database, table)],
        CreateStep create => [(create.Database, create.Like), (create.Database, create.Name)],
        BackupStep backup => backup.Tables.Select(table => (backup.Database, table)),
        AttachStep attach => [(attach.Database, attach.From), (attach.Database, attach.To)],
        CopyStep copy => [(copy.Database, copy.From), (copy.Database, copy.To)],
        VerifyStep verify => [(verify.Database, verify.From), (verify.Database, verify.To)],
        SwapStep swap => [(swap.Database, swap.Table), (swap.Database, swap.Next)],
        MutationStep mutation => [(mutation.Database, mutation.Table)],
        OptimizeStep optimize => [(optimize.Database, optimize.Table)],
        _ => [],
    };
}

/// <summary>A number that is asked for on every node before each piece of work.</summary>
/// <param name="Name">For people: "rows that wait in the queue".</param>
/// <param name="Sql">A SELECT of one number.</param>
/// <param name="Slow">Above it, the operation waits; null for never.</param>
/// <param name="Stop">Above it, it pauses; null for never.</param>
public sealed record HealthCheck(string Name, string Sql, double? Slow = null, double? Stop = null);
