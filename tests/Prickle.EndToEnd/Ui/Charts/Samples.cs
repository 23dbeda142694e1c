using Prickle.Ui.Charts;
using Prickle.Ui.Values;

namespace Prickle.EndToEnd.Ui.Charts;

/// <summary>Figures of a product that is visited less at weekends and grows a little.</summary>
static class Samples
{
    static readonly DateTimeOffset[] Days = [.. Enumerable.Range(0, 30).Select(day => new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day))];

    static readonly IReadOnlyList<ChartCategory> Places = TimeAxis.Categories(Days, ChartInterval.Day, TimeZoneInfo.Utc);

    static readonly DateTimeOffset[] Hours = [.. Enumerable.Range(0, 96).Select(hour => Days[0].AddHours(hour))];

    static readonly string[] Browsers = ["Chrome", "Safari", "Firefox", "Edge", "Samsung Internet", "Opera", "Brave", "Vivaldi", "DuckDuckGo"];

    public static FunnelData Funnel { get; } = new()
    {
        Steps = ["Visited pricing", "Opened the sign-up form with a very long name of its own", "Signed up", "Invited a colleague"],
        Groups =
        [
            new("chrome", "Chrome", [new(4210), new(2931, 142), new(1804, 64), new(612, 86_400 * 1.4)]),
            new("safari", "Safari", [new(1870), new(1034, 190), new(702, 71), new(201, 86_400 * 2.1)]),
            new("firefox", "Firefox", [new(930), new(611, 131), new(420, 58), new(150, 86_400 * 1.1)]),
        ],
    };

    public static RetentionData Retention { get; } = new()
    {
        Intervals = [.. Enumerable.Range(0, 9).Select(week => $"Week {week}")],
        Cohorts = [.. Enumerable.Range(0, 9).Select(cohort => new RetentionCohort($"{cohort}", TimeAxis.Categories([Days[0].AddDays(7 * cohort)], ChartInterval.Day, TimeZoneInfo.Utc)[0].Label, 400 + 31 * cohort % 170,
            [.. Enumerable.Range(0, 9 - cohort).Select(week => new RetentionCell(week == 0 ? 400 + 31 * cohort % 170 : (long)((400 + 31 * cohort % 170) * (0.1 + 0.34 / week + 0.01 * ((cohort * 3 + week) % 4))), week > 0 && week == 8 - cohort))]))],
    };

    public static IReadOnlyDictionary<string, ChartData> All { get; } = new Dictionary<string, ChartData>
    {
        ["line"] = new SeriesChart
        {
            Title = "Visitors and sign-ups",
            Unit = ValueUnit.Count("persons"),
            Categories = Places,
            CategoryName = "Day",
            Incomplete = 1,
            Series =
            [
                new("visitors", "Visitors", Values(1400, 1)), new("signups", "Sign-ups", Values(380, 2)),
                new("before", "Visitors, 30 days before", Values(1200, 5)) { ComparedWith = "visitors" },
            ],
            Goals = [new(2200, "Goal")],
            Annotations = [new(4, "Version 2.1 released"), new(5, "Price list changed"), new(20, "Newsletter sent to everybody who had signed up in February")],
        },
        ["hours"] = new SeriesChart
        {
            Title = "Events per hour",
            Unit = ValueUnit.Count("events"),
            Categories = TimeAxis.Categories(Hours, ChartInterval.Hour, TimeZoneInfo.Utc),
            CategoryName = "Hour",
            Shape = SeriesShape.Area,
            Series = [new("events", "Events", [.. Enumerable.Range(0, 96).Select(hour => (double?)Math.Round(900 + 800 * Math.Sin((hour - 8) / 24d * 2 * Math.PI) + hour % 7 * 31))])],
        },
        ["stacked-area"] = new SeriesChart
        {
            Title = "Visitors by browser",
            Unit = ValueUnit.Count("visitors"),
            Categories = Places,
            CategoryName = "Day",
            Shape = SeriesShape.StackedArea,
            Incomplete = 1,
            Series = [.. Browsers.Take(6).Select((name, index) => new ChartSeries(name, name, Values(1000 / (index + 1), index)))],
        },
        ["shares"] = new SeriesChart
        {
            Title = "Visitors by browser, in percent",
            Unit = ValueUnit.Count("visitors"),
            Categories = Places,
            CategoryName = "Day",
            Shape = SeriesShape.StackedBar,
            SharesOfTotal = true,
            Series = [.. Browsers.Take(5).Select((name, index) => new ChartSeries(name, name, Values(1000 / (index + 1), index)))],
        },
        ["bar"] = new SeriesChart
        {
            Title = "Revenue",
            Unit = ValueUnit.Money("$"),
            Categories = [.. Places.Take(12)],
            CategoryName = "Day",
            Shape = SeriesShape.Bar,
            Incomplete = 1,
            Series = [new("now", "Revenue", [.. Values(8400, 1).Take(12)]), new("before", "Revenue, the month before", [.. Values(7100, 3).Take(12)]) { ComparedWith = "now" }],
        },
        ["stacked-bar"] = new SeriesChart
        {
            Title = "Sign-ups by plan",
            Unit = ValueUnit.Count("sign-ups"),
            Categories = Places,
            CategoryName = "Day",
            Shape = SeriesShape.StackedBar,
            Incomplete = 1,
            Series = [new("free", "Free", Values(210, 1)), new("team", "Team", Values(90, 2)), new("company", "Company", Values(40, 3))],
        },
        ["eight"] = new SeriesChart
        {
            Title = "Eight series",
            Unit = ValueUnit.Count("visitors"),
            Categories = Places,
            CategoryName = "Day",
            Series = [.. Browsers.Take(8).Select((name, index) => new ChartSeries(name, name, Values(2000 - 220 * index, index)))],
        },
        ["ranked"] = new RankedChart
        {
            Title = "Top pages",
            Unit = ValueUnit.Count("views"),
            CategoryName = "Page",
            AtMost = 8,
            Items = [.. new[] { "/", "/pricing", "/docs/start", "/signup", "/blog/a-very-long-title-about-hedgehogs-in-the-garden", "/login", "/changelog", "/about", "/jobs", "/press" }.Select((path, index) => new ChartItem(path, path, 9700 / (index + 1)) { Previous = 8800 / (index + 1) })],
        },
        ["pie"] = new PieChart
        {
            Title = "Browsers",
            Unit = ValueUnit.Count("visitors"),
            CategoryName = "Browser",
            Items = [.. Browsers.Select((name, index) => new ChartItem(name, name, 5200 / (index + 1)))],
        },
        ["map"] = new MapChart
        {
            Title = "Visitors by country",
            Unit = ValueUnit.Count("visitors"),
            Items = [.. "US:41200 DE:9300 GB:8100 FR:5200 IN:4900 BR:3100 CA:2900 AU:2400 JP:2100 NL:1800 ES:1500 IT:1400 SE:900 PL:820 MX:700 ZA:310 NG:260 KR:240 SG:230 AR:220 NO:180 FI:150 CL:90 KE:60 EG:45 TR:420 ID:380 PH:12 MN:3".Split(' ').Select(pair => new ChartItem(pair[..2], "", int.Parse(pair[3..], System.Globalization.CultureInfo.InvariantCulture)))],
        },
        ["histogram"] = new HistogramChart
        {
            Title = "Time to convert",
            Unit = ValueUnit.Count("persons"),
            Mark = new(420, "Average"),
            Bins = [.. Enumerable.Range(0, 20).Select(bin => new HistogramBin(60 * bin, 60 * (bin + 1), Math.Round(260 * Math.Exp(-(bin - 4) * (bin - 4) / 22d) + 8)))],
        },
        ["paths"] = new PathChart
        {
            Title = "Paths from the start page",
            Unit = ValueUnit.Count("sessions"),
            Nodes = [.. "0/ 1/pricing 1/docs/start 1/blog 2/signup 2/docs/install 2/pricing 2/about 3/app 3/docs/sdk 3/contact".Split(' ').Select(node => new PathNode(node, node[1..], node[0] - '0'))],
            Edges = [new("0/", "1/pricing", 4200, 34), new("0/", "1/docs/start", 2600, 61), new("0/", "1/blog", 1500, 22), new("1/pricing", "2/signup", 1900, 88), new("1/pricing", "2/about", 700, 45),
                new("1/docs/start", "2/docs/install", 1800, 240), new("1/docs/start", "2/pricing", 400, 75), new("1/blog", "2/pricing", 380, 130), new("2/signup", "3/app", 1500, 190), new("2/docs/install", "3/docs/sdk", 900, 310), new("2/pricing", "3/contact", 210, 66)],
        },
        ["lifecycle"] = ChartOf.Lifecycle("Lifecycle", [.. Places.Take(14)], [.. Values(120, 1).Take(14)], [.. Values(420, 2).Take(14)], [.. Values(60, 3).Take(14)], [.. Values(150, 4).Take(14)]),
        ["stickiness"] = ChartOf.Stickiness("Stickiness", "day", [("all", "Opened the app", [.. Enumerable.Range(1, 14).Select(day => Math.Round(2400d / day))])]),
        ["box"] = new BoxChart
        {
            Title = "Session length",
            Unit = ValueUnit.Seconds(),
            CategoryName = "Country",
            Items = [new("DE", "Germany", 4, 62, 180, 410, 1300) { Mean = 260, Count = 930 }, new("US", "United States", 2, 41, 120, 300, 1500) { Mean = 210, Count = 4120 }, new("FR", "France", 6, 80, 210, 380, 900) { Mean = 250, Count = 520 }],
        },
        ["retention-lines"] = Retention.AsLines("Retention"),
    };

    // A week's rhythm, a slow growth, and a little unrest, all from the index alone.
    static IReadOnlyList<double?> Values(double size, int turn) =>
        [.. Enumerable.Range(0, 30).Select(day => (double?)Math.Round(size * ((day + 6) % 7 is 5 or 6 ? 0.62 : 1) * (1 + day * 0.012) * (1 + (day * 7 + turn * 5) % 11 / 40d)) * (day == 29 ? 0.4 : 1))];
}
