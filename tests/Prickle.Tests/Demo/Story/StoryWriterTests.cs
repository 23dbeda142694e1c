using System.Text.Json;
using Prickle.Demo.Story;

namespace Prickle.Tests.Demo.Story;

public sealed class StoryWriterTests
{
    static readonly DateTimeOffset End = new(2026, 11, 22, 15, 30, 0, TimeSpan.Zero);

    static readonly IReadOnlyList<StoryEvent> Events =
        [.. new LeafpileStory(new StorySize(Seed: 7, Days: 40, People: 300, Companies: 10), End).Tell().SelectMany(day => day)];

    [Fact]
    public void An_event_of_a_page_looks_as_the_browser_SDK_sends_it()
    {
        var item = Events.First(item => item.Name == "$autocapture");

        var written = Write(item);

        written.GetProperty("event").GetString().ShouldBe("$autocapture");
        written.GetProperty("uuid").GetGuid().ShouldBe(item.Uuid);
        written.GetProperty("distinct_id").GetString().ShouldBe(item.DistinctId);
        written.GetProperty("timestamp").GetDateTimeOffset().ToUnixTimeMilliseconds().ShouldBe(item.At.ToUnixTimeMilliseconds());
        var properties = written.GetProperty("properties");
        properties.GetProperty("$lib").GetString().ShouldBe("web");
        properties.GetProperty("$session_id").GetGuid().ShouldBe(item.Page!.SessionId);
        properties.GetProperty("$event_type").GetString().ShouldBe("click");
        properties.GetProperty("$elements_chain").GetString()!.ShouldContain("attr__data-attr=");
        properties.GetProperty("$geoip_country_code").GetString()!.Length.ShouldBe(2);
        properties.EnumerateObject().Select(property => property.Name).ShouldBeUnique();
    }

    [Fact]
    public void An_event_of_the_server_has_no_session_and_names_its_company()
    {
        var item = Events.First(item => item.Page is null && item.Visitor.Company is not null && item.Name == "invoice_paid");

        var properties = Write(item).GetProperty("properties");

        properties.GetProperty("$lib").GetString().ShouldBe("posthog-node");
        properties.TryGetProperty("$session_id", out _).ShouldBeFalse();
        properties.GetProperty("$groups").GetProperty("company").GetString().ShouldBe(item.Visitor.Company!.Key);
        properties.GetProperty("revenue").GetInt32().ShouldBe(item.Visitor.Company.PlanOn(39).MonthlyPrice, "the price of its only plan");
    }

    [Fact]
    public void An_exception_carries_its_list_as_objects()
    {
        var fault = Write(Events.First(item => item.Name == "$exception")).GetProperty("properties").GetProperty("$exception_list")[0];

        Words.Faults.ShouldContain((fault.GetProperty("type").GetString()!, fault.GetProperty("value").GetString()!));
        fault.GetProperty("mechanism").GetProperty("handled").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void No_address_leads_anywhere_real()
    {
        foreach (var item in Events.Where(item => item.Page is not null))
        {
            BrowserSession.Host.ShouldEndWith(".test");
            if (item.Page!.Referrer.Length > 0)
            {
                new Uri(item.Page.Referrer).Host.ShouldEndWith(".test");
            }

            item.Visitor.Email.ShouldEndWith(".test");
        }
    }

    static JsonElement Write(StoryEvent item)
    {
        using var document = JsonDocument.Parse(StoryWriter.Batch([item]));
        return document.RootElement.GetProperty("batch")[0].Clone();
    }
}
