using System.Globalization;

namespace Prickle.Insights.Breakdowns;

/// <summary>Edges of a histogram's bins, one more than bins.</summary>
sealed record Bins(IReadOnlyList<double> Edges)
{
    public string[] Labels => [.. Edges.Zip(Edges.Skip(1), (from, to) =>
        string.Create(CultureInfo.InvariantCulture, $"[{from},{to}]"))];

    /// <summary>The single bin that a label names; null where it is none.</summary>
    public static Bins? Read(string label)
    {
        var parts = label.Trim('[', ']').Split(',');
        return parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var from)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var to) ? new Bins([from, to]) : null;
    }
}
