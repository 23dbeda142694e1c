using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.Pictures;

/// <summary>What a picture shows. It fits itself into its place: what has no room is cut, and the picture says so.</summary>
public abstract record PictureContent;

/// <summary>A chart of any family, as browsers draw it.</summary>
public sealed record ChartContent(ChartData Data) : PictureContent;

/// <summary>The steps of a funnel.</summary>
public sealed record FunnelContent(FunnelData Data) : PictureContent;

/// <summary>A table of cohorts.</summary>
/// <param name="Counts">Numbers in the cells instead of percentages.</param>
public sealed record RetentionContent(RetentionData Data, bool Counts = false) : PictureContent;

/// <summary>Large numbers beside one another.</summary>
public sealed record NumbersContent(IReadOnlyList<PictureNumber> Numbers) : PictureContent;

/// <summary>A large number.</summary>
/// <param name="Value">Not a number where there is none.</param>
/// <param name="Previous">The number to compare with.</param>
/// <param name="Period">What the other number is of, or what this one is.</param>
public sealed record PictureNumber(string Label, double Value, ValueUnit Unit, double? Previous, string Period);

/// <summary>Rows of texts.</summary>
/// <param name="Numeric">Which columns are set to the right; none without it.</param>
/// <param name="IsPartial">There are more rows than those given.</param>
public sealed record RowsContent(
    IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<bool>? Numeric = null, bool IsPartial = false) : PictureContent;

/// <summary>A text in Markdown: headings, lists, emphasis, tables; links are text, images their descriptions.</summary>
public sealed record MarkdownContent(string Text) : PictureContent;

/// <summary>A link: what it leads to, in words, and its address.</summary>
public sealed record LinkContent(string Text, string Address) : PictureContent;

/// <summary>A sentence in place of what there is not.</summary>
/// <param name="IsFailure">Something went wrong; otherwise there is just nothing.</param>
public sealed record NoticeContent(string Title, string Text, bool IsFailure = false) : PictureContent;

/// <summary>Several contents under one another, each under its name where it has one.</summary>
public sealed record StackedContent(IReadOnlyList<StackedPart> Parts) : PictureContent;

/// <summary>One of several contents.</summary>
/// <param name="Name">Stands above it; null for none.</param>
/// <param name="IsSpare">Left out where there is no room for all.</param>
public sealed record StackedPart(string? Name, PictureContent Content, bool IsSpare = false);
