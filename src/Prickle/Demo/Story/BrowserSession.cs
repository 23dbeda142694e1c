namespace Prickle.Demo.Story;

/// <summary>One session in a browser: time goes on with everything that is done in it.</summary>
sealed class BrowserSession
{
    public const string Host = "leafpile.test";

    readonly Visitor _visitor;
    readonly Browser _browser;
    readonly Dice _dice;
    readonly List<StoryEvent> _told;
    readonly int _day;
    readonly Guid _session;
    readonly Guid _window;
    DateTimeOffset _now;
    StoryPage? _page;
    DateTimeOffset _opened;

    public BrowserSession(Visitor visitor, Browser browser, int day, DateTimeOffset start, Dice dice, List<StoryEvent> told)
    {
        (_visitor, _browser, _day, _now, _dice, _told) = (visitor, browser, day, start, dice, told);
        (_session, _window) = (StoryId.At(start, dice), StoryId.At(start, dice));
    }

    public Visitor Visitor => _visitor;

    public Browser Browser => _browser;

    public Dice Dice => _dice;

    public int Day => _day;

    string DistinctId => _browser.IsIdentified ? _visitor.UserId : _browser.AnonymousId.ToString();

    /// <summary>Goes to a page, leaving the one before.</summary>
    public void Open(string path, string title, string? referrer = null, Details? details = null)
    {
        LeavePage();
        var before = _page is null ? "" : $"https://{Host}{_page.Path}";
        _page = new StoryPage(_browser, _session, _window, path, title, referrer ?? before, _browser.IsIdentified, ShowsCompany());
        _opened = _now;
        Tell("$pageview", details ?? []);
        Pass(2, 40);
    }

    public void Click(StoryElement element)
    {
        Tell("$autocapture", new Details
        {
            { "$event_type", "click" }, { "$ce_version", 1 }, { "$elements_chain", element.Chain }, { "$el_text", element.Text },
        });
        Pass(0.4, 3);
    }

    /// <summary>Something the product itself reports from the page.</summary>
    public void Do(string name, Details? details = null)
    {
        Tell(name, details ?? []);
        Pass(1, 25);
    }

    /// <summary>Something the product's server reports at this moment.</summary>
    public void ServerSays(string name, Details details)
    {
        _told.Add(new StoryEvent(name, _now, StoryId.At(_now, _dice), _visitor.UserId, _visitor, null, details));
        Pass(0.2, 1);
    }

    /// <summary>Tells the browser who uses it.</summary>
    public void Identify()
    {
        var set = new Details
        {
            { "email", _visitor.Email }, { "name", _visitor.Name }, { "role", _visitor.Role }, { "plan", _visitor.PlanOn(_day).Name },
            { "$geoip_country_code", _visitor.Place.CountryCode }, { "$geoip_country_name", _visitor.Place.Country },
        };
        if (_visitor.Company is { } company)
        {
            set.Add("company", company.Name);
        }

        var first = new Details { { "signed_up_at", _now.ToString("O") }, { "heard_through", _visitor.Channel.Referrer } };
        var details = new Details { { "$anon_distinct_id", _browser.AnonymousId.ToString() }, { "$set", set }, { "$set_once", first } };
        _browser.IsIdentified = true;
        _page = _page! with { IsIdentified = true, ShowsCompany = ShowsCompany() };
        Tell("$identify", details);
        if (_visitor.Company is { } group)
        {
            Tell("$groupidentify", CompanyStory.Describe(group, _day));
        }

        Pass(0.3, 1);
    }

    public void Close() => LeavePage();

    bool ShowsCompany() => _browser.IsIdentified && _visitor.Company is not null;

    void LeavePage()
    {
        if (_page is null)
        {
            return;
        }

        Tell("$pageleave", new Details
        {
            { "$prev_pageview_pathname", _page.Path.Split('?')[0] },
            { "$prev_pageview_duration", Math.Round((_now - _opened).TotalSeconds, 3) },
            { "$prev_pageview_max_scroll_percentage", Math.Round(_dice.Share(), 2) },
        });
        Pass(0.1, 0.5);
    }

    void Tell(string name, Details details) =>
        _told.Add(new StoryEvent(name, _now, StoryId.At(_now, _dice), DistinctId, _visitor, _page, details));

    void Pass(double least, double most) => _now += _dice.Seconds(least, most);
}
