using Prickle.ClickHouse;

namespace Prickle.Filters;

/// <summary>CSS selectors on the elements of an event. The module of actions knows how to read them and sets the answer here.</summary>
public interface IElementSelectors
{
    /// <summary>Why it cannot be asked, in one sentence; null when it can.</summary>
    string? ProblemOf(string selector);

    /// <summary>A condition on the column <c>elements_chain</c> that is 0 or 1.</summary>
    string Compile(string selector, SqlBuilder sql);

    /// <summary>The same in memory.</summary>
    bool Matches(string selector, string elementsChain);
}

/// <summary>Where filters find them.</summary>
public static class ElementSelectors
{
    /// <summary>Null until a module has said how; filters by selector are refused then.</summary>
    public static IElementSelectors? Known { get; set; }
}
