using Prickle.House.Frame;
using Prickle.Servers;

namespace Prickle.House.Queries;

/// <summary>A page of statistics, as the API gives it.</summary>
sealed record StatisticsPage(
    long? Count, string? Next, string? Previous, IReadOnlyList<StatisticItem> Results, DateTimeOffset From, DateTimeOffset To, bool IsCut, IReadOnlyList<NodeSaying> Nodes);

/// <summary>A fingerprint's figures. Durations are in milliseconds, shares are parts of one.</summary>
sealed record StatisticItem(
    string Fingerprint, string Query, string Kind, long Calls, double CallsPerMinute, long Failures, double TotalMs, double P50, double P95, double P99, long Max,
    double RowsRead, double BytesRead, long PeakMemory, double ShareOfTime, double ShareOfBytes, double ShareOfMemory,
    IEnumerable<string> Users, IEnumerable<string> Tables, IEnumerable<string> Hosts, DateTimeOffset? LastAt)
{
    public static StatisticItem Of(QueryStatistic one, StatisticsAnswer all) => new(
        one.Fingerprint, one.Text, one.Kind, one.Calls, one.Calls / all.Range.Minutes, one.Failures, one.Milliseconds, one.Quantile(0.5), one.Quantile(0.95), one.Quantile(0.99), one.Longest,
        one.Rows, one.Bytes, one.Peak, Share(one.Milliseconds, all.Milliseconds), Share(one.Bytes, all.Bytes), Share(one.MemoryTime, all.MemoryTime),
        one.Users, one.Tables, one.Nodes, one.LastAt);

    static double Share(double part, double all) => all > 0 ? part / all : 0;
}

/// <summary>What became slower.</summary>
sealed record RegressionList(IReadOnlyList<RegressionItem> Results, DateTimeOffset From, DateTimeOffset To, DateTimeOffset Before, IReadOnlyList<NodeSaying> Nodes);

/// <summary>A fingerprint that became slower. Durations are in milliseconds.</summary>
sealed record RegressionItem(
    string Fingerprint, string Query, double Factor, double Chance, bool IsReal, long CallsBefore, long Calls, double P50Before, double P50, double P95Before, double P95, double ExtraMs)
{
    public static RegressionItem Of(QueryRegression one) => new(
        one.After.Fingerprint, one.After.Text, one.Factor, one.Chance, one.IsReal, one.Before.Calls, one.After.Calls, one.Before.Quantile(0.5), one.After.Quantile(0.5),
        one.Before.Quantile(0.95), one.After.Quantile(0.95), one.Extra);
}

/// <summary>A statement that ran.</summary>
sealed record ExampleItem(
    string Node, string QueryId, string Query, string User, DateTimeOffset? At, double DurationMs, long RowsRead, long BytesRead, long Memory, long ResultRows, string? Error, OriginItem? AskedBy)
{
    public static ExampleItem Of(NodeName node, ExampleRow row, QueryOrigin? origin = null) => new(
        node.ToString(), row.QueryId, row.Text, row.User, row.At, row.Milliseconds, row.Rows, row.Bytes, row.Memory, row.ResultRows, row.Error.Length > 0 ? row.Error : null,
        OriginItem.Of(origin));
}

/// <summary>What of Prickle asked a statement, in words, with the pages of what is named.</summary>
sealed record OriginItem(string Words, IReadOnlyList<OriginPart> Parts)
{
    public static OriginItem? Of(QueryOrigin? origin) => origin is null ? null : new OriginItem(origin.ToString(), origin.Parts);
}

/// <summary>How much one origin asked; without one, what others than Prickle asked.</summary>
sealed record OriginShareItem(OriginItem? AskedBy, long Calls, double TotalMs);

/// <summary>A fingerprint, closer.</summary>
sealed record DetailItem(StatisticItem Statistic, IReadOnlyList<CoursePoint> Course, IReadOnlyList<ExampleItem> Slowest, IReadOnlyList<ExampleItem> Failed, IReadOnlyList<OriginShareItem> Origins, IReadOnlyList<NodeSaying> Nodes)
{
    public static DetailItem Of(QueryDetail detail) => new(
        StatisticItem.Of(detail.Statistic, detail.All), detail.Course, [.. detail.Slowest.Select(one => ExampleItem.Of(one.Node, one.Row, one.Origin))],
        [.. detail.Failed.Select(one => ExampleItem.Of(one.Node, one.Row, one.Origin))],
        [.. detail.Origins.Select(one => new OriginShareItem(OriginItem.Of(one.Origin), one.Calls, one.Milliseconds))], NodeSaying.Of(detail.Answer));
}

/// <summary>A plan, or why there is none.</summary>
sealed record ExplainItem(string? Node, PlanStep? Plan, string? Reason);

/// <summary>A flame graph, or why there is none.</summary>
sealed record FlamesItem(FlameNode? Root, long Samples, string? Reason);

/// <summary>What a statement made the nodes do.</summary>
sealed record PartsItem(IReadOnlyList<ExampleItem> Results, IReadOnlyList<NodeSaying> Nodes);
