using Prickle.Pictures.Charts;
using Prickle.Ui.Charts.Options;

namespace Prickle.Pictures.Contents;

/// <summary>What contents are drawn with.</summary>
/// <param name="Draw">Gives the drawing of a chart; null where the library failed.</param>
sealed record Desk(Ink Ink, Func<ChartPlan, int, int, ChartSvg?> Draw, CancellationToken CancellationToken);
