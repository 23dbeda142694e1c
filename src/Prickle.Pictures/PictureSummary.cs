using Prickle.Ui.Charts;
using Prickle.Ui.Charts.Options;
using Prickle.Ui.Values;

namespace Prickle.Pictures;

/// <summary>What a picture shows, in one sentence, for those who cannot see it.</summary>
public static class PictureSummary
{
    const int MostCharacters = 400;

    /// <summary>The sentence, with the title in it.</summary>
    public static string Of(string title, PictureContent content)
    {
        var text = content is ChartContent chart ? ChartSummary.Of(chart.Data) : $"{title}: {Rest(content).TrimEnd('.')}.";
        return text.Length > MostCharacters ? text[..(MostCharacters - 1)] + "…" : text;
    }

    static string Rest(PictureContent content) => content switch
    {
        ChartContent chart => ChartSummary.Of(chart.Data),
        FunnelContent funnel => Funnel(funnel.Data),
        RetentionContent { Data: { Cohorts.Count: > 0 } data } =>
            $"{data.Cohorts.Count} cohorts, {data.Cohorts.Sum(cohort => cohort.Size)} {data.Counted} in all, of whom {ValueUnit.Share().Short(data.Mean(1))} came back in the interval after the first",
        NumbersContent numbers => string.Join(", ", numbers.Numbers.Select(number => $"{number.Label} {number.Unit.Full(number.Value)}")),
        RowsContent rows => $"{rows.Rows.Count}{(rows.IsPartial ? " and more" : null)} rows of {string.Join(", ", rows.Columns)}",
        MarkdownContent markdown => markdown.Text.ReplaceLineEndings(" ").Trim(),
        LinkContent link => link.Text.Length > 0 ? $"{link.Text} ({link.Address})" : link.Address,
        NoticeContent notice => $"{notice.Title}. {notice.Text}",
        StackedContent stack => string.Join("; ", stack.Parts.Where(part => !part.IsSpare).Select(part => part.Name is null ? Rest(part.Content) : $"{part.Name}: {Rest(part.Content)}")),
        _ => "no values",
    };

    static string Funnel(FunnelData data) => data.Groups.Count == 0 || data.Steps.Count == 0 ? "no values" : string.Join("; ", data.Groups.Take(5).Select(group =>
    {
        var (first, last) = (FunnelWords.CountAt(group, 0), FunnelWords.CountAt(group, data.Steps.Count - 1));
        var of = data.Groups.Count > 1 ? $"{group.Name}: " : null;
        return $"{of}{FunnelWords.Share(last, first)} of {ValueUnit.Count().Full(first)} {data.Counted} came from {data.Steps[0]} to {data.Steps[^1]}";
    }));
}
