using Prickle.Filters;
using Prickle.Tests.Engine;
using Prickle.Tests.Events;

namespace Prickle.Tests.Filters;

/// <summary>A day in a filter is one of the project's, in the store and in memory.</summary>
public sealed class FilterZoneTests(EngineFixture engine) : IAsyncLifetime
{
    readonly EventStore _store = new(engine);
    FilterTable _table = null!;

    public async ValueTask InitializeAsync()
    {
        await _store.InitializeAsync();
        _table = new FilterTable(_store, 4_242);
        _table.Add("day", """{"at":"2026-01-31"}""");
        _table.Add("early", """{"at":"2026-01-31T03:00:00Z"}""");
        _table.Add("late", """{"at":"2026-01-31T23:30:00Z"}""");
        _table.Add("local", """{"at":"2026-01-31T23:30:00"}""");
        // Of the hour that New York's clocks show twice on 1 November 2026 the first counts: 01:30 is 05:30 UTC.
        _table.Add("twice", """{"at":"2026-11-01T01:30:00"}""");
        await _table.StoreAsync();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData("UTC", "is_date_exact", "2026-01-31", "day early late local")]
    // In New York (five hours behind) 03:00 UTC is still the 30th; a text without a zone is New York's.
    [InlineData("America/New_York", "is_date_exact", "2026-01-31", "day late local")]
    [InlineData("America/New_York", "is_date_exact", "2026-01-30", "early")]
    // In Berlin (an hour ahead) 23:30 UTC is the 1st of February.
    [InlineData("Europe/Berlin", "is_date_exact", "2026-02-01", "late")]
    [InlineData("Europe/Berlin", "is_date_before", "2026-01-31", "")]
    // The 31st begins in Berlin at 23:00 UTC of the 30th: what is after its first moment.
    [InlineData("Europe/Berlin", "is_date_after", "2026-01-31", "early late local twice")]
    [InlineData("Europe/Berlin", "is_date_before", "2026-02-01", "day early local")]
    [InlineData("America/New_York", "is_date_exact", "2026-11-01T05:30:00Z", "twice")]
    [InlineData("America/New_York", "is_date_exact", "2026-11-01", "twice")]
    public async Task A_day_begins_where_the_project_is(string zone, string name, string value, string found)
    {
        var (filter, at) = (new PropertyFilter("at", name, [value]), TimeZoneInfo.FindSystemTimeZoneById(zone));
        var expected = found.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        (await _table.StoredAsync(filter, at)).ShouldBe(expected);
        _table.InMemory(filter, at).ShouldBe(expected);
    }
}
