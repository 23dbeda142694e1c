namespace Prickle.Demo.Story;

/// <summary>What happens to a company: it joins, subscribes, grows, pays, and sometimes leaves.</summary>
static class CompanyStory
{
    const int BillingDays = 30;

    static readonly IReadOnlyList<string> Reasons = ["too expensive", "season is over", "missing features", "moved to another tool"];

    public static Details Describe(Company company, int day) => new()
    {
        { "$group_type", "company" },
        { "$group_key", company.Key },
        {
            "$group_set", new Details
            {
                { "name", company.Name }, { "industry", company.Industry }, { "employees", company.Employees },
                { "country", company.Place.CountryCode }, { "plan", company.PlanOn(day).Name },
                { "monthly_revenue", company.PlanOn(day).MonthlyPrice },
            }
        },
    };

    /// <summary>The purchase at the end of a check-out.</summary>
    public static void Subscribe(BrowserSession session)
    {
        var plan = session.Visitor.PlanOn(session.Day);
        session.ServerSays("subscription_started", Money(plan, plan.MonthlyPrice));
        session.ServerSays("invoice_paid", Money(plan, plan.MonthlyPrice));
        if (session.Visitor.Company is { } company)
        {
            session.ServerSays("$groupidentify", Describe(company, session.Day));
        }
    }

    /// <summary>What the product's server says about a customer on a day, without anybody in the product.</summary>
    public static void TellDay(Visitor customer, int day, DateTimeOffset midnight, Dice dice, List<StoryEvent> told)
    {
        var company = customer.Company;
        // The first invoice belongs to the purchase, which somebody makes in the product.
        if (customer.BuysOn is not { } paysFrom || day <= paysFrom || !(customer.HasBought || paysFrom < 0))
        {
            return;
        }

        var now = midnight + TimeSpan.FromHours(6) + dice.Seconds(0, 1800);
        void Tell(string name, Details details) =>
            told.Add(new StoryEvent(name, now += TimeSpan.FromMilliseconds(300), StoryId.At(now, dice), customer.UserId, customer, null, details));

        var (plan, before) = (customer.PlanOn(day), customer.PlanOn(day - 1));
        if (before.IsPaid && !plan.IsPaid)
        {
            Tell("subscription_cancelled", new Details { { "plan", before.Name }, { "reason", dice.Pick(Reasons) }, { "$set", new Details { { "plan", plan.Name } } } });
            TellCompany();
        }
        else if (before.IsPaid && plan.MonthlyPrice > before.MonthlyPrice)
        {
            var details = Money(plan, plan.MonthlyPrice - before.MonthlyPrice);
            details.Add("from_plan", before.Name);
            Tell("subscription_upgraded", details);
            TellCompany();
        }

        if (plan.IsPaid && (day - paysFrom) % BillingDays == 0)
        {
            Tell("invoice_paid", Money(plan, plan.MonthlyPrice));
        }

        void TellCompany()
        {
            if (company is not null)
            {
                Tell("$groupidentify", Describe(company, day));
            }
        }
    }

    static Details Money(Plan plan, int amount) => new()
    {
        { "plan", plan.Name }, { "revenue", amount }, { "currency", "USD" }, { "billing_interval", "month" },
        { "$set", new Details { { "plan", plan.Name } } },
    };
}
