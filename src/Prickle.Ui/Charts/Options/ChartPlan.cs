using System.Text.Json.Nodes;

namespace Prickle.Ui.Charts.Options;

/// <summary>
/// The ECharts option of a chart. Colours stand in it as "var(--prickle-…)", with "/0.4" behind them for a transparency;
/// what only a function can write stands as {"$": name, …}. `drawing/option.js` resolves both, in the browser and on the server.
/// </summary>
/// <param name="Select">What a point (series index, data index) of the option stands for in the data; null for nothing.</param>
sealed record ChartPlan(JsonObject Option, Func<int, int, PointSelection?> Select)
{
    public static ChartPlan Nothing { get; } = new([], (_, _) => null);

    /// <summary>Needed height in pixels, where the data decide it.</summary>
    public int? Height { get; init; }

    /// <summary>Needed width in pixels; narrower places scroll.</summary>
    public int? Width { get; init; }
}
