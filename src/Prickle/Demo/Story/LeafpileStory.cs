namespace Prickle.Demo.Story;

/// <summary>
/// Ninety days of Leafpile, a product that gathers garden work: told day by day, so that it never is in memory as a whole.
/// The people's state goes on from day to day; a story is told once from beginning to end.
/// </summary>
sealed class LeafpileStory
{
    const int ReturnStay = 25;

    readonly StorySize _size;
    readonly DateTimeOffset _end;
    readonly DateTimeOffset _firstDay;
    readonly IReadOnlyList<Visitor> _visitors;

    /// <summary>A story that ends at a moment: the last day is cut there.</summary>
    public LeafpileStory(StorySize size, DateTimeOffset end)
    {
        (_size, _end) = (size, end);
        _firstDay = new DateTimeOffset(end.UtcDateTime.Date, TimeSpan.Zero).AddDays(1 - size.Days);
        _visitors = new Population(size, _firstDay).Create();
    }

    public int Days => _size.Days;

    /// <summary>Those who were known before the last day and still come, once all of it is told.</summary>
    public IReadOnlyList<Visitor> Gardeners { get; private set; } = [];

    /// <summary>The events of each day, in order of time.</summary>
    public IEnumerable<IReadOnlyList<StoryEvent>> Tell() => Enumerable.Range(0, _size.Days).Select(TellDay);

    /// <summary>One session of somebody who is in the product these days, beginning at a moment.</summary>
    public IReadOnlyList<StoryEvent> TellOne(DateTimeOffset start, int turn)
    {
        var dice = Dice.For(_size.Seed, $"live/{turn}/{start.ToUnixTimeMilliseconds()}");
        var told = new List<StoryEvent>();
        var visitor = dice.Pick(_visitors, visitor => visitor.IsSignedUp && visitor.StaysUntil >= _size.Days - 1 ? 1 : 0);
        WorkSession.Tell(new BrowserSession(visitor, visitor.Browser, _size.Days, start, dice, told));
        return told;
    }

    List<StoryEvent> TellDay(int day)
    {
        if (day == _size.Days - 1)
        {
            // The last day is cut: whoever is known only from this day on may not have been heard of.
            Gardeners = [.. _visitors.Where(visitor => visitor.IsSignedUp && visitor.Browser.IsIdentified && visitor.StaysUntil >= day)];
        }
        var told = new List<StoryEvent>();
        var midnight = _firstDay.AddDays(day);
        foreach (var visitor in _visitors.Where(visitor => day >= visitor.ArrivesOn))
        {
            var dice = Dice.For(_size.Seed, $"visitor/{visitor.Index}/day/{day}");
            foreach (var start in Starts(visitor, day, midnight, dice))
            {
                TellSession(visitor, day, start, dice, told);
                visitor.Visits++;
            }

            if (visitor.Company is null || visitor.IsOwner)
            {
                CompanyStory.TellDay(visitor, day, midnight, dice, told);
            }
        }

        // What happens in one millisecond stays in the order it was told in.
        return [.. told.Where(item => item.At <= _end).OrderBy(item => item.At)];
    }

    static void TellSession(Visitor visitor, int day, DateTimeOffset start, Dice dice, List<StoryEvent> told)
    {
        if (!visitor.IsSignedUp)
        {
            PublicVisit.Tell(new BrowserSession(visitor, visitor.Browser, day, start, dice, told));
        }
        else
        {
            // Now and then from another device, that learns only in the session who holds it.
            var isElsewhere = visitor.Browser.IsIdentified && dice.Chance(0.02);
            var browser = isElsewhere
                ? new Browser(dice.Pick(Device.All, device => device.Type == "Desktop" ? 0 : device.Weight), StoryId.At(start, dice))
                : visitor.Browser;
            WorkSession.Tell(new BrowserSession(visitor, browser, day, start, dice, told));
        }
    }

    // Hours of the morning, the afternoon and the evening where the visitor lives, wrapped into the day told.
    static List<DateTimeOffset> Starts(Visitor visitor, int day, DateTimeOffset midnight, Dice dice)
    {
        var starts = new List<DateTimeOffset>();
        if (!dice.Chance(Presence(visitor, day, midnight.DayOfWeek)))
        {
            return starts;
        }

        var (again, evening) = visitor.Attachment switch
        {
            Attachment.Devoted => (0.32, 0.1),
            Attachment.Regular => (0.14, 0.05),
            _ => (0.06, 0.04),
        };
        void Add(double least, double most)
        {
            var local = least + ((most - least) * dice.Share());
            starts.Add(midnight + TimeSpan.FromHours((local - visitor.Place.HoursAhead + 48) % 24));
        }

        Add(6.5, 13);
        if (dice.Chance(again))
        {
            Add(13.8, 18);
        }

        if (dice.Chance(evening))
        {
            Add(19, 22);
        }

        starts.Sort();
        return starts;
    }

    static double Presence(Visitor visitor, int day, DayOfWeek weekday)
    {
        var isWeekend = weekday is DayOfWeek.Saturday or DayOfWeek.Sunday;
        if (day == visitor.ArrivesOn || (visitor.IsSignedUp && visitor.BuysOn == day))
        {
            return 1;
        }

        if (!visitor.IsSignedUp)
        {
            return visitor.Attachment == Attachment.Passing ? (day <= visitor.StaysUntil ? 0.35 : 0) : 0.45;
        }

        var isThere = day <= visitor.StaysUntil || (day >= visitor.ReturnsOn && day <= visitor.ReturnsOn + ReturnStay);
        var (weekdays, weekends) = visitor.Attachment switch
        {
            Attachment.Devoted => (0.62, 0.13),
            Attachment.Regular => (0.35, 0.07),
            Attachment.Casual => (0.125, 0.06),
            _ => (0.3, 0.2),
        };
        return isThere ? (isWeekend ? weekends : weekdays) : 0;
    }
}
