using Prickle.Dashboards;
using Prickle.Dashboards.Viewing;
using Prickle.Insights;

namespace Prickle.Tests.Dashboards;

public sealed class FilterAddressTests
{
    [Fact]
    public void An_address_says_only_what_is_set() =>
        FilterAddress.Write(new DashboardFilters { DateFrom = "-30d", Interval = Interval.Week }).ShouldBe("""{"date_from":"-30d","interval":"week"}""");

    [Fact]
    public void What_was_written_is_read_back()
    {
        var filters = new DashboardFilters { DateFrom = "-30d", FilterTestAccounts = false, BreakdownFilter = new() { Breakdowns = [new("$browser")] } };
        FilterAddress.AreEqual(FilterAddress.Read(FilterAddress.Write(filters))!, filters).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("""{"interval":"fortnight"}""")]
    public void A_broken_address_sets_nothing(string? text) => FilterAddress.Read(text).ShouldBeNull();
}
