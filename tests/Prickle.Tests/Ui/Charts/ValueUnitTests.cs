using Prickle.Ui.Values;

namespace Prickle.Tests.Ui.Charts;

public sealed class ValueUnitTests
{
    [Theory]
    [InlineData(0, "0", "0")]
    [InlineData(999.4, "999", "999.4")]
    [InlineData(1234.5, "1.2K", "1,234.5")]
    [InlineData(2345, "2.3K", "2,345")]
    [InlineData(999_950, "1M", "999,950")]
    [InlineData(-42.5, "−42.5", "−42.5")]
    public void Counts_are_short_on_the_axis_and_whole_in_the_tooltip(double value, string shortText, string fullText)
    {
        ValueUnit.Count().Short(value).ShouldBe(shortText);
        ValueUnit.Count().Full(value).ShouldBe(fullText);
    }

    [Theory]
    [InlineData(0.25, "250 ms", "250 ms")]
    [InlineData(59.6, "59.6 s", "1 min")]
    [InlineData(200, "3.3 min", "3 min 20 s")]
    [InlineData(3600, "1 h", "1 h")]
    [InlineData(90_000, "1 d", "1 d 1 h")]
    public void Spans_are_said_in_their_own_units(double seconds, string shortText, string fullText)
    {
        ValueUnit.Seconds().Short(seconds).ShouldBe(shortText);
        ValueUnit.Seconds().Full(seconds).ShouldBe(fullText);
    }

    [Fact]
    public void Shares_money_and_sizes_have_their_signs()
    {
        ValueUnit.Share().Full(0.4235).ShouldBe("42.35 %");
        ValueUnit.Money("$").Full(1234.5).ShouldBe("$1,234.50");
        ValueUnit.Money("CHF").Short(1500).ShouldBe("CHF 1.5K");
        ValueUnit.Bytes().Short(1536).ShouldBe("1.5 KB");
        ValueUnit.Count("visitors").Named(1200).ShouldBe("1,200 visitors");
        ValueUnit.Count("visitors").Named(null).ShouldBe("–");
    }
}
