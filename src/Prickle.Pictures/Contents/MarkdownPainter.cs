using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Prickle.Pictures.Typefaces;
using SkiaSharp;

namespace Prickle.Pictures.Contents;

/// <summary>A text in Markdown, set plainly. Where it is too long the last line says so.</summary>
static class MarkdownPainter
{
    const float Indent = 22;
    const float BlockGap = 8;

    // Deeper lists and quotes are set as deep as this.
    const int Deepest = 6;

    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml().UsePipeTables().UseTaskLists().UseAutoLinks().UseEmphasisExtras().UseListExtras().Build();

    readonly record struct Word(string Text, TextStyle Style, bool FollowsSpace, bool IsCode = false, bool IsStruck = false);

    readonly record struct Spot(float Left, float Right, int Depth);

    /// <summary>Where a text is being set; without paint it is only measured.</summary>
    sealed class Setting(Ink ink, float top, float bottom, bool paints)
    {
        public Ink Ink => ink;

        public float Y { get; set; } = top;

        public bool Paints => paints;

        public bool IsFull { get; private set; }

        /// <summary>Whether so much fits below; once something did not, nothing does.</summary>
        public bool Fits(float height)
        {
            IsFull |= Y + height > bottom;
            return !IsFull;
        }
    }

    public static float HeightOf(Desk desk, string text, float width)
    {
        var setting = new Setting(desk.Ink, 0, float.MaxValue, paints: false);
        Blocks(setting, Markdown.Parse(text, Pipeline), new(0, width, 0));
        return setting.Y + 2;
    }

    public static void Paint(Desk desk, string text, SKRect place)
    {
        var isLonger = HeightOf(desk, text, place.Width) > place.Height + 2;
        var setting = new Setting(desk.Ink, place.Top, place.Bottom - (isLonger ? 18 : -2), paints: true);
        Blocks(setting, Markdown.Parse(text, Pipeline), new(place.Left, place.Right, 0));
        if (isLonger)
        {
            desk.Ink.Text("… the text goes on", place.Left, place.Bottom - 4, desk.Ink.Quiet());
        }
    }

    static void Blocks(Setting setting, ContainerBlock blocks, Spot spot)
    {
        foreach (var (index, block) in blocks.Index())
        {
            if (setting.IsFull)
            {
                return;
            }
            setting.Y += index == 0 ? 0 : block is HeadingBlock ? BlockGap + 6 : BlockGap;
            Block(setting, block, spot);
        }
    }

    static void Block(Setting setting, Block block, Spot spot)
    {
        var ink = setting.Ink;
        switch (block)
        {
            case HeadingBlock heading:
                var size = heading.Level switch { 1 => 20f, 2 => 17f, _ => 15f };
                Inlines(setting, heading.Inline, spot, ink.Heading(size), size * 1.35f);
                break;
            case ParagraphBlock paragraph:
                Inlines(setting, paragraph.Inline, spot, ink.Plain(14), 21);
                break;
            case ListBlock list:
                List(setting, list, spot);
                break;
            case QuoteBlock quote:
                var from = setting.Y;
                Blocks(setting, quote, Deeper(spot));
                if (setting.Paints)
                {
                    ink.Fill(new SKRect(spot.Left, from, spot.Left + 3, setting.Y), ink.Colours.StrongLine, 1.5f);
                }
                break;
            case CodeBlock code:
                Code(setting, code, spot);
                break;
            case ThematicBreakBlock when setting.Fits(12):
                if (setting.Paints)
                {
                    ink.Rule(spot.Left, spot.Right, setting.Y + 6, ink.Colours.Line);
                }
                setting.Y += 12;
                break;
            case Table table:
                Rows(setting, table, spot);
                break;
            case ContainerBlock container:
                Blocks(setting, container, spot);
                break;
            default:
                break;
        }
    }

    static Spot Deeper(Spot spot) => spot.Depth >= Deepest ? spot : new(spot.Left + Indent, Math.Max(spot.Right, spot.Left + Indent + 40), spot.Depth + 1);

    static void List(Setting setting, ListBlock list, Spot spot)
    {
        var number = list.IsOrdered && int.TryParse(list.OrderedStart, out var start) ? start : 1;
        var within = Deeper(spot);
        foreach (var (index, item) in list.OfType<ListItemBlock>().Index())
        {
            if (setting.IsFull)
            {
                return;
            }
            setting.Y += index == 0 ? 0 : list.IsLoose ? BlockGap : 2;
            var baseline = setting.Y + 15;
            if (setting.Paints && baseline < float.MaxValue && setting.Fits(21))
            {
                setting.Ink.Text(list.IsOrdered ? $"{number + index}." : "•", spot.Left + (list.IsOrdered ? 2 : 8), baseline, setting.Ink.Plain(14) with { Colour = setting.Ink.Colours.Quiet });
            }
            Blocks(setting, item, within);
        }
    }

    static void Code(Setting setting, CodeBlock code, Spot spot)
    {
        var lines = code.Lines.ToString().TrimEnd('\n').Split('\n');
        var height = lines.Length * 19 + 16;
        if (!setting.Fits(Math.Min(height, 19 + 16)))
        {
            return;
        }
        var style = setting.Ink.Plain(12.5f);
        if (setting.Paints)
        {
            setting.Ink.Fill(new SKRect(spot.Left, setting.Y, spot.Right, setting.Y + height), setting.Ink.Colours["sunken"], 8);
            foreach (var (index, line) in lines.Index())
            {
                setting.Ink.Text(setting.Ink.Cut(line, spot.Right - spot.Left - 24, style), spot.Left + 12, setting.Y + 8 + 14 + 19 * index, style);
            }
        }
        setting.Y += height;
    }

    static void Rows(Setting setting, Table table, Spot spot)
    {
        var rows = table.OfType<TableRow>().Select(row => (IReadOnlyList<string>)[.. row.OfType<TableCell>().Select(cell => string.Join(' ', cell.Descendants<LiteralInline>().Select(text => text.ToString())))]).ToList();
        if (rows.Count == 0 || !setting.Fits(62))
        {
            return;
        }
        var content = new RowsContent(rows[0], rows[1..], [.. table.ColumnDefinitions.Select(column => column.Alignment is TableColumnAlign.Right)]);
        var height = RowsPainter.HeightOf(content);
        if (setting.Paints)
        {
            RowsPainter.Paint(setting.Ink, content, new SKRect(spot.Left, setting.Y, spot.Right, setting.Y + height));
        }
        setting.Y += height;
    }

    // Words in lines. A word may be of several styles: "bo**ld**" breaks nowhere.
    static void Inlines(Setting setting, ContainerInline? inlines, Spot spot, TextStyle style, float lineHeight)
    {
        var ink = setting.Ink;
        var words = new List<Word>();
        if (inlines is not null)
        {
            Collect(ink, inlines, style, words, isStruck: false);
        }
        var (line, x) = (new List<(Word Word, float X)>(), spot.Left);
        for (var index = 0; index < words.Count; index++)
        {
            var word = words[index];
            if (word.Text == "\n")
            {
                End();
                continue;
            }
            var whole = ink.Measure(word.Text, word.Style);
            for (var next = index + 1; next < words.Count && words[next] is { FollowsSpace: false, Text: not "\n" } part; next++)
            {
                whole += ink.Measure(part.Text, part.Style);
            }
            var gap = word.FollowsSpace && line.Count > 0 ? ink.Measure(" ", style) : 0;
            if (word.FollowsSpace && line.Count > 0 && x + gap + whole > spot.Right)
            {
                End();
                gap = 0;
            }
            var text = ink.Cut(word.Text, Math.Max(20, spot.Right - x - gap), word.Style);
            line.Add((word with { Text = text }, x + gap));
            x += gap + ink.Measure(text, word.Style);
        }
        if (line.Count > 0)
        {
            End();
        }

        void End()
        {
            if (setting.Fits(lineHeight) && setting.Paints)
            {
                line.ForEach(one => Draw(ink, one.Word, one.X, setting.Y + lineHeight / 2 + style.Size * .364f));
            }
            setting.Y += setting.IsFull ? 0 : lineHeight;
            line.Clear();
            x = spot.Left;
        }
    }

    static void Draw(Ink ink, Word word, float x, float baseline)
    {
        var width = ink.Measure(word.Text, word.Style);
        if (word.IsCode)
        {
            ink.Fill(new SKRect(x - 2, baseline - word.Style.Size, x + width + 2, baseline + 4), ink.Colours["sunken"], 3);
        }
        ink.Text(word.Text, x, baseline, word.Style);
        if (word.IsStruck)
        {
            ink.Rule(x, x + width, baseline - word.Style.Size * .32f, word.Style.Colour);
        }
    }

    static void Collect(Ink ink, ContainerInline inlines, TextStyle style, List<Word> words, bool isStruck)
    {
        foreach (var inline in inlines)
        {
            switch (inline)
            {
                case LiteralInline literal:
                    Add(words, literal.Content.ToString(), style, isStruck: isStruck);
                    break;
                case CodeInline code:
                    Add(words, code.Content, style with { Size = style.Size * .92f }, isCode: true);
                    break;
                case LineBreakInline lineBreak:
                    Add(words, lineBreak.IsHard ? "\n" : " ", style);
                    break;
                case TaskList box:
                    Add(words, box.Checked ? "[x]" : "[ ]", style);
                    break;
                case AutolinkInline address:
                    Add(words, address.Url, style with { Colour = ink.Colours["primary"] });
                    break;
                case LinkInline { IsImage: true } image:
                    Collect(ink, image, style with { Colour = ink.Colours.Quiet }, words, isStruck);
                    break;
                case LinkInline link:
                    Collect(ink, link, style with { Colour = ink.Colours["primary"] }, words, isStruck);
                    break;
                case EmphasisInline emphasis:
                    var weight = emphasis.DelimiterChar is '*' or '_' ? emphasis.DelimiterCount == 2 ? 700 : 500 : style.Weight;
                    Collect(ink, emphasis, style with { Weight = Math.Max(style.Weight, weight) }, words, isStruck || emphasis is { DelimiterChar: '~', DelimiterCount: 2 });
                    break;
                case HtmlEntityInline entity:
                    Add(words, entity.Transcoded.ToString(), style, isStruck: isStruck);
                    break;
                case ContainerInline container:
                    Collect(ink, container, style, words, isStruck);
                    break;
                default:
                    break;
            }
        }
    }

    // A text that begins or ends with a space parts from its neighbour; a mark that stands for the space is an empty word.
    static void Add(List<Word> words, string text, TextStyle style, bool isCode = false, bool isStruck = false)
    {
        if (text == "\n")
        {
            words.Add(new("\n", style, true));
            return;
        }
        var follows = text.StartsWith(' ');
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            words.Add(new(part, style, follows || words.Count == 0, isCode, isStruck));
            follows = true;
        }
        if (text.EndsWith(' '))
        {
            words.Add(new("", style, true));
        }
    }
}
