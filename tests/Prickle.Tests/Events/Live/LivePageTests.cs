using System.Globalization;
using System.Text.Json;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Prickle.ClickHouse;
using Prickle.Events;
using Prickle.Events.Live;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Events.Live;

/// <summary>The store is away throughout: the page lives on what the feed tells it.</summary>
public sealed class LivePageTests : KitTest
{
    const int Project = 5;
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    readonly LiveFeed _feed = new();

    public LivePageTests()
    {
        Services.AddSingleton(_feed);
        Services.AddSingleton(new ClickHouseStore(() => throw new ClickHouseUnavailableException("away")));
        Services.AddSingleton<EventQueries>();
        SetRendererInfo(new("Server", isInteractive: true));
    }

    [Fact]
    public void Events_show_as_they_are_stored_newest_first_though_the_store_cannot_be_asked()
    {
        var page = Show();
        page.Markup.ShouldContain("Listening");
        _feed.Publish(Project, [Event("one"), Event("two")]);
        Advance(page);
        page.WaitForAssertion(() => Names(page).ShouldBe(["two", "one"]));
        page.Markup.ShouldContain("The store does not answer");
        page.Find(".status-dot").TextContent.ShouldBe("2 events a second");
    }

    [Fact]
    public void An_event_that_is_announced_again_is_shown_once()
    {
        var page = Show();
        var stored = Event("one");
        _feed.Publish(Project, [stored]);
        Advance(page);
        _feed.Publish(Project, [stored, Event("two")]);
        Advance(page);
        page.WaitForAssertion(() => Names(page).ShouldBe(["two", "one"]));
    }

    [Fact]
    public void While_paused_events_wait_and_are_counted()
    {
        var page = Show();
        page.Find("button").Click();
        page.Find(".status-dot").TextContent.ShouldBe("Paused");
        _feed.Publish(Project, [Event("one"), Event("two")]);
        Advance(page);
        page.WaitForAssertion(() => page.Find("button").TextContent.Trim().ShouldBe("Go on (2)"));
        Names(page).ShouldBeEmpty();

        page.Find("button").Click();
        Advance(page);
        page.WaitForAssertion(() => Names(page).ShouldBe(["two", "one"]));
    }

    [Fact]
    public void The_page_keeps_two_hundred()
    {
        var page = Show();
        for (var round = 0; round < 3; round++)
        {
            _feed.Publish(Project, [.. Enumerable.Range(0, 100).Select(i => Event(string.Create(CultureInfo.InvariantCulture, $"{round}-{i}")))]);
            Advance(page);
        }
        page.WaitForAssertion(() => Names(page)[0].ShouldBe("2-99"));
        Names(page).Length.ShouldBe(200);
        Names(page)[^1].ShouldBe("1-0");
    }

    [Fact]
    public void A_filter_narrows_what_is_shown()
    {
        var page = Show();
        _feed.Publish(Project, [Event("one"), Event("two", "maya@fern.test")]);
        Advance(page);
        page.WaitForAssertion(() => Names(page).Length.ShouldBe(2));
        page.Find("input[type=search]").Input("MAYA");
        Names(page).ShouldBe(["two"]);
    }

    [Fact]
    public async Task A_closed_page_no_longer_watches()
    {
        Show();
        _feed.IsWatched(Project).ShouldBeTrue();
        await DisposeComponentsAsync();
        _feed.IsWatched(Project).ShouldBeFalse();
    }

    void Advance(IRenderedComponent<LivePage> page)
    {
        var before = page.RenderCount;
        Time.Advance(Beat);
        page.WaitForState(() => page.RenderCount > before);
    }

    static string[] Names(IRenderedComponent<LivePage> page) => [.. page.FindAll("tbody .chip").Select(chip => chip.TextContent)];

    IRenderedComponent<LivePage> Show() => Render<LivePage>(parameters => parameters.Add(page => page.ProjectId, Project));

    static StoredEvent Event(string name, string distinctId = "someone") =>
        new(Guid.CreateVersion7(), name, Now, distinctId, Guid.Empty, false, "", "", JsonElement.Parse("{}"));
}
