using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Ui.Surfaces;
using Prickle.Ui.Tables;

namespace Prickle.Tests.Ui.Tables;

public sealed class DataTableTests : KitTest
{
    readonly List<TableQuery> _asked = [];
    Func<TableQuery, Task<TablePage<string>>> _answer = query =>
        Task.FromResult(TablePage<string>.FromOneMore([.. Enumerable.Range(query.Offset, query.Limit + 1).Select(i => $"row {i}")], query));

    [Fact]
    public void Skeletons_stand_in_the_final_layout_until_the_rows_are_here()
    {
        var answer = new TaskCompletionSource<TablePage<string>>();
        _answer = _ => answer.Task;
        var table = Show();
        table.FindAll("th").Select(head => head.TextContent.Trim()).ShouldBe(["Name", "Length"]);
        table.FindAll("tr.skeleton-row").Count.ShouldBe(8);

        answer.SetResult(new TablePage<string>(["ash", "birch"], HasMore: false));
        table.WaitForAssertion(() => Cells(table).ShouldBe(["ash", "birch"]));
        table.FindAll("tr.skeleton-row").ShouldBeEmpty();
        table.FindAll(".pager").ShouldBeEmpty();
    }

    [Fact]
    public void Search_sort_and_page_are_taken_from_the_address()
    {
        Navigation.NavigateTo("/list?q=oak&sort=-length&page=3");
        Show();
        _asked.ShouldBe([new TableQuery("oak", "length", true, 100, 50)]);
    }

    [Fact]
    public void Paging_goes_through_the_address_and_back()
    {
        var table = Show();
        Cells(table)[0].ShouldBe("row 0");
        table.Find("button[aria-label='Previous page']").HasAttribute("disabled").ShouldBeTrue();

        table.Find("button[aria-label='Next page']").Click();
        Navigation.Uri.ShouldEndWith("?page=2");
        table.WaitForAssertion(() => Cells(table)[0].ShouldBe("row 50"));
        table.Find(".pager .label").TextContent.ShouldBe("51 to 100");

        Navigation.NavigateTo("/");
        table.WaitForAssertion(() => Cells(table)[0].ShouldBe("row 0"));
    }

    [Fact]
    public void A_heading_sorts_its_better_way_first_and_then_turns_round()
    {
        var table = Show();
        table.FindAll("th button")[1].Click();
        table.WaitForAssertion(() => _asked[^1].ShouldBe(new TableQuery("", "length", true, 0, 50)));
        table.FindAll("th")[1].GetAttribute("aria-sort").ShouldBe("descending");

        table.FindAll("th button")[1].Click();
        table.WaitForAssertion(() => _asked[^1].Descending.ShouldBeFalse());
        Navigation.Uri.ShouldEndWith("?sort=length");
    }

    [Fact]
    public void Typing_is_asked_for_once_after_a_pause_and_from_the_first_page()
    {
        Navigation.NavigateTo("/?page=2");
        var table = Show();
        table.Find("input[type=search]").Input("o");
        table.Find("input[type=search]").Input("oa");
        table.Find("input[type=search]").Input("oak ");
        _asked.Count.ShouldBe(1);

        Time.Advance(TimeSpan.FromMilliseconds(250));
        table.WaitForAssertion(() => _asked.Count.ShouldBe(2));
        _asked[1].ShouldBe(new TableQuery("oak", null, false, 0, 50));
        Navigation.Uri.ShouldEndWith("?q=oak");
    }

    [Fact]
    public void A_failure_says_so_and_a_retry_heals_it()
    {
        _answer = _ => throw new InvalidOperationException("the store is away");
        var table = Show();
        table.WaitForAssertion(() => table.Find("[role=alert]").TextContent.ShouldContain("could not be loaded"));
        table.Find("details").TextContent.ShouldContain("the store is away");

        _answer = _ => Task.FromResult(new TablePage<string>(["ash"], false));
        table.Find("[role=alert] button").Click();
        table.WaitForAssertion(() => Cells(table).ShouldBe(["ash"]));
    }

    [Fact]
    public void An_answer_that_comes_too_late_does_not_cover_a_newer_one()
    {
        var slow = new TaskCompletionSource<TablePage<string>>();
        _answer = query => query.Search.Length == 0 ? slow.Task : Task.FromResult(new TablePage<string>(["new"], false));
        var table = Show();
        Navigation.NavigateTo("/?q=new");
        table.WaitForAssertion(() => Cells(table).ShouldBe(["new"]));
        slow.SetResult(new TablePage<string>(["old"], false));
        table.Render();
        Cells(table).ShouldBe(["new"]);
    }

    [Fact]
    public void Nothing_at_all_and_nothing_that_fits_are_told_apart()
    {
        _answer = _ => Task.FromResult(new TablePage<string>([], false));
        var table = Show();
        table.WaitForAssertion(() => table.Markup.ShouldContain("No trees yet"));

        Navigation.NavigateTo("/?q=oak");
        table.WaitForAssertion(() => table.Markup.ShouldContain("Nothing matches"));
        table.FindAll("button").First(button => button.TextContent.Contains("Clear", StringComparison.Ordinal)).Click();
        table.WaitForAssertion(() => table.Markup.ShouldContain("No trees yet"));
        Navigation.Uri.ShouldNotContain("q=");
    }

    [Fact]
    public void A_hand_written_page_number_cannot_overflow()
    {
        Navigation.NavigateTo("/?page=99999999");
        Show();
        _asked.Single().Offset.ShouldBe(99_999 * 50);
    }

    NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    static string[] Cells(IRenderedComponent<DataTable<string>> table) =>
        [.. table.FindAll("tbody td:first-child").Select(cell => cell.TextContent.Trim())];

    IRenderedComponent<DataTable<string>> Show() => Render<DataTable<string>>(parameters => parameters
        .Add(table => table.Load, (query, _) =>
        {
            _asked.Add(query);
            return _answer(query);
        })
        .Add(table => table.Label, "Trees")
        .Add(table => table.SearchLabel, "Search trees")
        .Add(table => table.Empty, builder =>
        {
            builder.OpenComponent<EmptyState>(0);
            builder.AddAttribute(1, nameof(EmptyState.Title), "No trees yet");
            builder.CloseComponent();
        })
        .AddChildContent<DataColumn<string>>(column => column
            .Add(c => c.Title, "Name").Add(c => c.Key, "name").Add(c => c.Sortable, true)
            .Add(c => c.ChildContent, tree => builder => builder.AddContent(0, tree)))
        .AddChildContent<DataColumn<string>>(column => column
            .Add(c => c.Title, "Length").Add(c => c.Key, "length").Add(c => c.Sortable, true).Add(c => c.DescendingFirst, true)
            .Add(c => c.ChildContent, tree => builder => builder.AddContent(0, tree.Length))));
}
