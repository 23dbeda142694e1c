using System.Text.Json;

namespace Prickle.Insights.Api;

/// <summary>The body of a query.</summary>
/// <param name="Query">A question of any kind, an ActorsQuery, or SQL. A visualisation around a question (source) is taken off.</param>
/// <param name="Refresh">blocking (default), force_blocking or force_cache; true is force_blocking.</param>
/// <param name="ClientQueryId">A name of your own, by which the query can be stopped.</param>
public sealed record QueryRequest(JsonElement Query, JsonElement? Refresh = null, string? ClientQueryId = null, bool Confirm = false)
{
    internal string Kind => Query.ValueKind == JsonValueKind.Object && Query.TryGetProperty("kind", out var kind) ? kind.ToString() : "";

    internal JsonElement Question => Kind is "InsightVizNode" or "DataVisualizationNode" or "DataTableNode" && Query.TryGetProperty("source", out var source) ? source : Query;

    /// <summary>How fresh the answer must be; null for a word that is none.</summary>
    internal Refresh? Freshness => Refresh switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.False } => Insights.Refresh.BlockingIfStale,
        { ValueKind: JsonValueKind.True } => Insights.Refresh.Force,
        { ValueKind: JsonValueKind.String } word => word.GetString() switch
        {
            "blocking" or "async" => Insights.Refresh.BlockingIfStale,
            "force_blocking" or "force_async" => Insights.Refresh.Force,
            "force_cache" => Insights.Refresh.CacheOnly,
            _ => null,
        },
        _ => null,
    };
}

/// <summary>Who is behind a number: page through the actors.</summary>
/// <param name="Source">The question.</param>
/// <param name="Selection">Which of its numbers.</param>
public sealed record ActorsRequest(JsonElement Source, ActorsSelection? Selection = null, string? Search = null, int Offset = 0, int Limit = 100);
