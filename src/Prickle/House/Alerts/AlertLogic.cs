namespace Prickle.House.Alerts;

/// <summary>Decides what a reading, or the lack of one, means. Knows no store and no clock.</summary>
static class AlertLogic
{
    /// <summary>The standing of a rule at a node that was never seen before.</summary>
    public static AlertStanding Begin(DateTimeOffset now) => new(AlertCondition.Fine, 0, now, now, null);

    /// <summary>What comes of a reading; <paramref name="value"/> is null when there was none this time.</summary>
    public static (AlertStanding Standing, IReadOnlyList<AlertHappening> Happenings) Next(AlertTerms terms, AlertStanding standing, double? value, DateTimeOffset now)
    {
        if (value is not { } read)
        {
            var isTooLong = terms.SilentAfter > 0 && standing.Condition != AlertCondition.Silent && now - standing.ReadAt >= TimeSpan.FromMinutes(terms.SilentAfter);
            return isTooLong
                ? (standing with { Condition = AlertCondition.Silent, Streak = 0, Since = now }, [AlertHappening.WentSilent])
                : (standing, []);
        }
        var happenings = new List<AlertHappening>();
        if (standing.Condition == AlertCondition.Silent)
        {
            // It begins anew: what was before the silence says nothing.
            standing = standing with { Condition = AlertCondition.Fine, Streak = 0, Since = now };
            happenings.Add(AlertHappening.Speaks);
        }
        var speaksForChange = standing.Condition == AlertCondition.Raised ? terms.IsOverAt(read) : terms.IsCrossedBy(read);
        standing = standing with { Streak = speaksForChange ? standing.Streak + 1 : 0, ReadAt = now, Value = read };
        if (standing.Streak < terms.Samples)
        {
            return (standing, happenings);
        }
        var isRaised = standing.Condition == AlertCondition.Raised;
        happenings.Add(isRaised ? AlertHappening.Recovered : AlertHappening.Raised);
        return (standing with { Condition = isRaised ? AlertCondition.Fine : AlertCondition.Raised, Streak = 0, Since = now }, happenings);
    }
}
