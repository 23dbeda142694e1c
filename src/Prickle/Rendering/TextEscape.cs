namespace Prickle.Rendering;

/// <summary>How values are written into a text, so that what a visitor typed stays a value.</summary>
public enum TextEscape
{
    /// <summary>As they are.</summary>
    None,
    Html,
    /// <summary>JSON: within a string as a part of it, elsewhere as a value of their own.</summary>
    Json,
    /// <summary>Slack's mrkdwn: the ampersand and angle brackets.</summary>
    Slack,
    /// <summary>JSON whose texts are mrkdwn: Slack's blocks.</summary>
    SlackJson,
    /// <summary>GitHub's Markdown: no mentions and no HTML out of a value.</summary>
    Markdown,
    /// <summary>A part of an address.</summary>
    Url,
}
