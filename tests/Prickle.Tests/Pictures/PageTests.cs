using System.Text;
using System.Text.RegularExpressions;
using Prickle.Pictures;
using Prickle.Pictures.Boards;

namespace Prickle.Tests.Pictures;

public sealed class PageTests(PainterFixture fixture) : IClassFixture<PainterFixture>
{
    static PlacedCard Card(int x, int y, int width, int height, CardFrame frame = CardFrame.Titled) =>
        new(new PictureCard($"{x},{y}", null, new NoticeContent("Nothing", "here")) { Frame = frame }, x, y, width, height);

    static PictureBoard Board(params PlacedCard[] cards) => new() { Name = "Sales", Description = "What was sold", Project = "Production", Date = "today", Cards = cards };

    static string Pages(PictureBoard board, float first, float others) =>
        string.Join(" | ", PageBreaks.Of(board, 1200, first, others).Select(page => string.Join(" ", page.Select(one => $"{one.Card.Card.Title}@{one.Place.Top:0}"))));

    [Fact]
    public void Cards_that_would_be_cut_go_to_the_next_page() =>
        // Rows are 40 high, the gap with it: eight rows end at 304. On a page of 500 the second pair does not fit, which ends at 624.
        Pages(Board(Card(0, 0, 6, 8), Card(6, 0, 6, 8), Card(0, 8, 6, 8), Card(6, 8, 6, 8)), 500, 500).ShouldBe("0,0@0 6,0@0 | 0,8@0 6,8@0");

    [Fact]
    public void The_first_page_may_have_less_room_than_the_others() =>
        Pages(Board(Card(0, 0, 12, 8), Card(0, 8, 12, 8), Card(0, 16, 12, 4)), 310, 500).ShouldBe("0,0@0 | 0,8@0 0,16@320");

    [Fact]
    public void A_heading_goes_with_what_stands_below_it() =>
        // The heading alone would end at 344; with its card it ends at 664.
        Pages(Board(Card(0, 0, 12, 8), Card(0, 8, 12, 1, CardFrame.Section), Card(0, 9, 12, 8)), 500, 500).ShouldBe("0,0@0 | 0,8@0 0,9@40");

    [Fact]
    public void A_card_higher_than_a_page_is_made_as_high_as_the_page()
    {
        var page = PageBreaks.Of(Board(Card(0, 0, 12, 4), Card(0, 4, 12, 60)), 1200, 500, 500)[1];

        page.Single().Place.Height.ShouldBe(500);
    }

    [Fact]
    public async Task A_board_of_two_pages_is_a_pdf_of_two_pages_with_letters()
    {
        var file = await fixture.Painter.PdfAsync(Board(Card(0, 0, 12, 12), Card(0, 12, 12, 12)), TestContext.Current.CancellationToken);

        var text = Encoding.Latin1.GetString(file);
        text.ShouldStartWith("%PDF-");
        Regex.Count(text, @"/Type\s*/Page\b").ShouldBe(2);
        // A4 lying, in whole points.
        Regex.Count(text, @"/MediaBox \[0 0 842 595\]").ShouldBe(2);
        text.ShouldContain("/Font");
        text.ShouldContain("Sales");
    }
}
