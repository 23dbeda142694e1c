namespace Prickle.Previews;

/// <summary>Somebody who looks at previews.</summary>
/// <param name="DistinctId">Who they are.</param>
public sealed record PreviewVisitor(string DistinctId)
{
    /// <summary>Keys by the names of types.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; init; } = NoGroups;

    /// <summary>An invite code that they gave.</summary>
    public string? Code { get; init; }

    /// <summary>The types of groups for which they decide; only what a server said for them counts.</summary>
    public IReadOnlyList<string> Administers { get; init; } = [];

    static readonly Dictionary<string, string> NoGroups = [];
}

/// <summary>What somebody chooses.</summary>
public sealed record PreviewChoice(bool IsEnabled)
{
    /// <summary>Of a concept: to be switched on as soon as it is there.</summary>
    public bool WantsIt { get; init; } = true;

    /// <summary>Where they chose: sdk, widget, page, api, hand.</summary>
    public string Source { get; init; } = "api";

    /// <summary>Why it is switched off, in their words.</summary>
    public string? Feedback { get; init; }
    public string? SessionId { get; init; }

    /// <summary>For their group of the preview's type, not for themselves.</summary>
    public bool IsForGroup { get; init; }

    /// <summary>When; null for now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Said by an event that is stored already: no other one is made.</summary>
    public bool HasEvent { get; init; }
}

/// <summary>What somebody chose, and what became of it.</summary>
public enum PreviewState
{
    None,
    Enabled,
    Disabled,

    /// <summary>Wants to hear of a concept.</summary>
    Interested,

    /// <summary>In line for a seat.</summary>
    Waiting,
}

/// <summary>A preview as somebody finds it in their list.</summary>
/// <param name="Position">In the waiting line, from 1; null for whoever does not wait.</param>
/// <param name="SeatsLeft">Null without a limit.</param>
/// <param name="Reason">Why nothing can be chosen, in a sentence; null when it can.</param>
/// <param name="Group">Their group, where groups enroll.</param>
public sealed record PreviewOffer(
    FeaturePreview Preview, PreviewState State, bool WantsIt, int? Position, int? SeatsLeft, string? Reason, PreviewOfferGroup? Group);

/// <summary>The group of somebody, and what it chose.</summary>
/// <param name="IsEnabled">Null when it has not chosen.</param>
/// <param name="MayChoose">Whoever looks decides for it.</param>
public sealed record PreviewOfferGroup(string Type, string Key, bool? IsEnabled, bool MayChoose);

/// <summary>Something that somebody has not heard of yet.</summary>
/// <param name="Kind">promoted, moved, general, ended, granted.</param>
public sealed record PreviewNews(FeaturePreview Preview, string Kind, string Text);

/// <summary>All that somebody finds.</summary>
public sealed record PreviewList(IReadOnlyList<PreviewOffer> Offers, IReadOnlyList<PreviewNews> News);

/// <summary>What became of a choice.</summary>
/// <param name="IsEnabled">What the flag is for them from now on.</param>
public sealed record ChosenPreview(PreviewOffer Offer, bool IsEnabled);
