namespace Prickle.Demo.Story;

/// <summary>One event of the story, before it is written as an SDK would.</summary>
/// <param name="Name">The event.</param>
/// <param name="At">When it happened.</param>
/// <param name="Uuid">Its id.</param>
/// <param name="DistinctId">Whose it is, as far as the sender knew.</param>
/// <param name="Visitor">Who it really is.</param>
/// <param name="Page">The page of the browser, or null when the product's server sent it.</param>
/// <param name="Details">Properties of its own: texts, numbers, booleans, lists of texts, and details within details.</param>
sealed record StoryEvent(
    string Name, DateTimeOffset At, Guid Uuid, string DistinctId, Visitor Visitor, StoryPage? Page, Details Details);

/// <summary>What the browser shows, and in which session.</summary>
/// <param name="Browser">The browser.</param>
/// <param name="SessionId">The session.</param>
/// <param name="WindowId">The window of the session.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Title">The title of the page.</param>
/// <param name="Referrer">The page before, with its address; empty at the start.</param>
/// <param name="IsIdentified">Whether the browser knows who it is.</param>
/// <param name="ShowsCompany">Whether the product has told the SDK about the company.</param>
sealed record StoryPage(
    Browser Browser, Guid SessionId, Guid WindowId, string Path, string Title, string Referrer, bool IsIdentified, bool ShowsCompany);

/// <summary>Properties in their order.</summary>
sealed class Details : List<(string Name, object Value)>
{
    public void Add(string name, object value) => Add((name, value));
}
