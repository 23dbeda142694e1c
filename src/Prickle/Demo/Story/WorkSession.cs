namespace Prickle.Demo.Story;

/// <summary>A session in the product itself.</summary>
static class WorkSession
{
    static readonly IReadOnlyList<(Action<BrowserSession> Tell, double Weight)> Doings =
    [
        (CompleteTask, 30), (AddTask, 24), (LookAtPlan, 22), (CheckWeather, 10), (AddPhoto, 8), (Search, 7), (CreatePlan, 5),
        (ExportReport, 3), (Invite, 2), (LookAtPlans, 1.5), (RunIntoFault, 1.2),
    ];

    public static void Tell(BrowserSession session)
    {
        if (!session.Browser.IsIdentified)
        {
            PublicVisit.LogIn(session);
        }

        session.Open("/app/today", "Today - Leafpile");
        var most = session.Visitor.Attachment switch
        {
            Attachment.Devoted => 6,
            Attachment.Regular => 4,
            Attachment.Casual => 3,
            _ => 2,
        };
        for (var doing = session.Dice.Between(1, most); doing > 0; doing--)
        {
            session.Dice.Pick(Doings, choice => choice.Weight).Tell(session);
        }

        if (session.Visitor.BuysOn == session.Day && !session.Visitor.HasBought)
        {
            Buy(session);
        }

        session.Close();
    }

    static void CompleteTask(BrowserSession session)
    {
        // The list is also worked through by keyboard, which leaves no click.
        if (session.Dice.Chance(0.5))
        {
            session.Click(StoryElement.Button("Done", "task-done"));
        }

        session.Do("task_completed", new Details { { "was_overdue", session.Dice.Chance(0.2) }, { "minutes", session.Dice.Between(5, 240) } });
    }

    static void AddTask(BrowserSession session)
    {
        session.Click(StoryElement.Button("Add task", "add-task"));
        session.Do("task_added", new Details { { "source", session.Dice.Chance(0.8) ? "today" : "calendar" }, { "has_date", session.Dice.Chance(0.7) } });
    }

    static void LookAtPlan(BrowserSession session)
    {
        var plan = session.Dice.Between(1, 12);
        session.Click(StoryElement.Link("Plans", "/app/plans"));
        session.Open($"/app/plans/{plan}", $"Plan {plan} - Leafpile");
        if (!session.Browser.HasAskedForPlanner)
        {
            session.Browser.HasAskedForPlanner = true;
            var variant = session.Visitor.Index % 2 == 0 ? "control" : "cards";
            session.Do("$feature_flag_called", new Details { { "$feature_flag", "new-planner" }, { "$feature_flag_response", variant }, { "$feature/new-planner", variant } });
        }
    }

    static void CheckWeather(BrowserSession session) => session.Do("weather_checked", new Details
    {
        { "days_ahead", session.Dice.Between(1, 7) }, { "frost_warning", session.Dice.Chance(0.1) },
    });

    static void AddPhoto(BrowserSession session) =>
        session.Do("photo_added", new Details { { "size_kb", session.Dice.Between(180, 6200) }, { "from_camera", session.Browser.Device.Type != "Desktop" } });

    static void Search(BrowserSession session) =>
        session.Do("search_used", new Details { { "results", session.Dice.Between(0, 40) }, { "query_length", session.Dice.Between(3, 22) } });

    static void CreatePlan(BrowserSession session)
    {
        session.Click(StoryElement.Button("New plan", "new-plan"));
        session.Do("plan_created", new Details { { "template", session.Dice.Pick(Words.Templates) }, { "is_first", !session.Visitor.IsActivated } });
        session.Visitor.IsActivated = true;
    }

    static void ExportReport(BrowserSession session)
    {
        session.Open("/app/reports", "Reports - Leafpile");
        session.Click(StoryElement.Button("Export", "export-report"));
        session.Do("report_exported", new Details { { "format", session.Dice.Chance(0.7) ? "pdf" : "csv" }, { "pages", session.Dice.Between(1, 18) } });
    }

    static void Invite(BrowserSession session)
    {
        session.Open("/app/crew", "Crew - Leafpile");
        session.Do("crew_invited", new Details { { "invitations", session.Dice.Between(1, 4) } });
    }

    static void LookAtPlans(BrowserSession session)
    {
        session.Open("/app/settings/billing", "Billing - Leafpile");
        if (!session.Visitor.PlanOn(session.Day).IsPaid && session.Dice.Chance(0.5))
        {
            session.Do("checkout_started", new Details { { "plan", session.Visitor.Company is null ? Plan.Sprout.Name : Plan.Hedge.Name } });
        }
    }

    static void Buy(BrowserSession session)
    {
        session.Open("/app/settings/billing", "Billing - Leafpile");
        session.Click(StoryElement.Button("Choose plan", "choose-plan"));
        session.Do("checkout_started", new Details { { "plan", session.Visitor.PlanOn(session.Day).Name } });
        session.Visitor.HasBought = true;
        CompanyStory.Subscribe(session);
    }

    static void RunIntoFault(BrowserSession session)
    {
        var (type, message) = session.Dice.Pick(Words.Faults);
        var fault = new Details
        {
            { "type", type }, { "value", message }, { "mechanism", new Details { { "handled", false }, { "synthetic", false } } },
        };
        session.Do("$exception", new Details
        {
            { "$exception_list", new List<Details> { fault } }, { "$exception_types", new List<string> { type } },
            { "$exception_values", new List<string> { message } }, { "$exception_level", "error" },
        });
    }
}
