namespace Prickle.Demo.Story;

/// <summary>How someone came to hear of the product.</summary>
/// <param name="Source"><c>utm_source</c>, or empty for none.</param>
/// <param name="Medium"><c>utm_medium</c>.</param>
/// <param name="Campaign"><c>utm_campaign</c>.</param>
/// <param name="Referrer">The host that linked, or empty for a typed address.</param>
/// <param name="Landing">The first page.</param>
/// <param name="Weight">How many come this way.</param>
/// <param name="Intent">How much more likely than others these people sign up.</param>
sealed record Channel(
    string Source, string Medium, string Campaign, string Referrer, string Landing, double Weight, double Intent)
{
    public static readonly Channel Direct = new("", "", "", "", "/", 22, 1.0);

    /// <summary>The big campaign of the story; it runs for a week and brings many who do not stay.</summary>
    public static readonly Channel AutumnCleanUp = new("chirrup", "social", "autumn-clean-up", "chirrup.test", "/autumn", 6, 0.7);

    /// <summary>A colleague sent a link.</summary>
    public static readonly Channel Invitation = new("", "", "", "", "/invitation", 0, 1.0);

    public static readonly IReadOnlyList<Channel> All =
    [
        Direct,
        new("", "", "", "seekwell.test", "/", 26, 1.1),
        new("", "", "", "seekwell.test", "/blog/mulching-by-the-calendar", 12, 0.6),
        new("seekwell", "cpc", "garden-planning", "seekwell.test", "/features", 11, 1.2),
        new("fieldnotes", "email", "monthly-letter", "", "/blog/ten-quiet-tools", 8, 1.1),
        new("hedgecast", "podcast", "hedgecast-episode-40", "hedgecast.test", "/hedgecast", 5, 1.6),
        AutumnCleanUp,
        new("gardenpost", "referral", "partner-guide", "gardenpost.test", "/pricing", 6, 1.5),
        new("", "", "", "nurseryforum.test", "/features", 4, 1.3),
    ];
}
