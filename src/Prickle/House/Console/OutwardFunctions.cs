using System.Collections.Frozen;
using Prickle.ClickHouse.Nodes;
using Prickle.House.Frame;
using Prickle.House.Queries;

namespace Prickle.House.Console;

/// <summary>
/// Functions that reach beyond the tables of a node: other servers, addresses, files. Through them whoever may read could make
/// the node call any address. What is not known to stay within is taken to reach out, so that new ones are covered.
/// </summary>
static class OutwardFunctions
{
    // Also functions of another kind, or such as make their rows of nothing.
    static readonly FrozenSet<string> Within = Names(
        """
        numbers numbers_mt primes zeros zeros_mt generateRandom generateSeries generate_series values null format merge view viewIfPermitted viewExplain fuzzJSON fuzzQuery loop
        mergeTreeIndex mergeTreeProjection mergeTreeAnalyzeIndexes mergeTreeTextIndex timeSeriesData timeSeriesMetrics timeSeriesTags timeSeriesSelector
        """);

    // For users who may not see which functions there are.
    static readonly FrozenSet<string> Outward = Names(
        """
        url urlCluster remote remoteSecure cluster clusterAllReplicas file fileCluster s3 s3Cluster gcs hdfs hdfsCluster mysql postgresql mongodb sqlite redis odbc jdbc executable
        azureBlobStorage azureBlobStorageCluster iceberg icebergS3 icebergLocal deltaLake hudi cosn oss input dictionary arrowFlight ytsaurus paimon
        """);

    static FrozenSet<string> Names(string listed) => listed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first one that a statement calls; null for none.</summary>
    public static string? In(StatementGuard statement, NodeCapabilities? node)
    {
        StatementWord before = default;
        foreach (var word in StatementWords.Read(statement.Text))
        {
            var name = before.Text?.Trim('`', '"');
            if (word.Text == "(" && before.Kind is WordKind.Word or WordKind.Quoted && name is { Length: > 0 } && !Within.Contains(name)
                && (Outward.Contains(name) || node?.TableFunctions.Contains(name) == true))
            {
                return name;
            }
            before = word;
        }
        return null;
    }
}
