namespace Prickle.Demo.Story;

/// <summary>A look at the public pages, which may end with signing up.</summary>
static class PublicVisit
{
    public static void Tell(BrowserSession session)
    {
        var visitor = session.Visitor;
        Land(session);
        var pages = session.Dice.Between(0, visitor.Attachment == Attachment.Passing ? 3 : 4);
        for (var page = 0; page < pages; page++)
        {
            var (path, title) = session.Dice.Pick(Words.PublicPages);
            session.Click(StoryElement.Link(title.Split(" - ")[0], path));
            session.Open(path, title);
            if (path == "/pricing" && session.Dice.Chance(0.5))
            {
                session.Do("pricing_toggled", new Details { { "billing_interval", session.Dice.Chance(0.6) ? "year" : "month" } });
            }
        }

        if (visitor.Attachment != Attachment.Passing && visitor.Visits >= visitor.LooksBeforeSigningUp)
        {
            SignUp(session);
        }
        else if (session.Dice.Chance(0.12))
        {
            // The form is opened and left: what a funnel of sign-ups is for.
            session.Click(StoryElement.Button("Start for free", "start-free"));
            session.Open("/sign-up", "Sign up - Leafpile");
        }

        session.Close();
    }

    /// <summary>Someone with an account comes with a browser that does not know them.</summary>
    public static void LogIn(BrowserSession session)
    {
        session.Open("/log-in", "Log in - Leafpile");
        session.Click(StoryElement.Button("Log in", "log-in"));
        session.Identify();
        session.Do("logged_in", new Details { { "method", session.Dice.Chance(0.7) ? "password" : "link" } });
    }

    static void Land(BrowserSession session)
    {
        var channel = session.Visitor.Visits == 0 ? session.Visitor.Channel : Channel.Direct;
        var details = new Details();
        var query = "";
        if (channel.Source.Length > 0)
        {
            query = $"?utm_source={channel.Source}&utm_medium={channel.Medium}&utm_campaign={channel.Campaign}";
            details.Add("utm_source", channel.Source);
            details.Add("utm_medium", channel.Medium);
            details.Add("utm_campaign", channel.Campaign);
        }

        var title = Words.PublicPages.FirstOrDefault(page => page.Path == channel.Landing).Title ?? "Leafpile: garden work, gathered";
        session.Open(channel.Landing + query, title, channel.Referrer.Length > 0 ? $"https://{channel.Referrer}/" : "", details);
    }

    static void SignUp(BrowserSession session)
    {
        var visitor = session.Visitor;
        session.Click(StoryElement.Button("Start for free", "start-free"));
        session.Open("/sign-up", "Sign up - Leafpile");
        session.Click(StoryElement.Button("Create account", "create-account"));
        visitor.IsSignedUp = true;
        session.Identify();
        session.Do("signed_up", new Details
        {
            { "method", session.Dice.Chance(0.75) ? "email" : "link" }, { "is_invited", visitor.Channel == Channel.Invitation },
            { "team_size", visitor.Company?.Employees ?? 1 },
        });
        session.Open("/app/welcome", "Welcome - Leafpile");
        session.Do("onboarding_started", new Details { { "template_offered", session.Dice.Pick(Words.Templates) } });
        if (visitor.Attachment > Attachment.Trying || session.Dice.Chance(0.15))
        {
            Activate(session);
        }
    }

    static void Activate(BrowserSession session)
    {
        session.Click(StoryElement.Button("New plan", "new-plan"));
        session.Do("plan_created", new Details { { "template", session.Dice.Pick(Words.Templates) }, { "is_first", true } });
        session.Open("/app/plans/1", "My first plan - Leafpile");
        for (var task = 0; task < 3; task++)
        {
            session.Do("task_added", new Details { { "source", "onboarding" }, { "has_date", session.Dice.Chance(0.6) } });
        }

        session.Do("onboarding_completed", new Details { { "tasks", 3 } });
        session.Visitor.IsActivated = true;
    }
}
