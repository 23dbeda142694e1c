namespace Prickle.Messages.Showing;

/// <summary>What can happen to a message on a page.</summary>
enum MessageMoment
{
    Shown,
    Closed,
    Clicked,
}

static class MessageMoments
{
    /// <summary>As pages say it, and as the event's name ends.</summary>
    public static string NameOf(MessageMoment moment) => moment switch
    {
        MessageMoment.Shown => "shown",
        MessageMoment.Closed => "closed",
        _ => "clicked",
    };

    public static MessageMoment? Of(string? name) => name switch
    {
        "shown" => MessageMoment.Shown,
        "closed" => MessageMoment.Closed,
        "clicked" => MessageMoment.Clicked,
        _ => null,
    };
}
