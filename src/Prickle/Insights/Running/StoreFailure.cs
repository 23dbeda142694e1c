using System.Data.Common;
using Prickle.Accounts;
using Prickle.ClickHouse;

namespace Prickle.Insights.Running;

/// <summary>What the store says when it cannot answer, in words for the one who asked.</summary>
static class StoreFailure
{
    /// <summary>The refusal for a failure of the store; null for any other failure.</summary>
    public static Refusal? Of(Exception failure) => failure switch
    {
        DbException refused => OfCode(refused.ErrorCode, refused.Message),
        ClickHouseUnavailableException or HttpRequestException or IOException =>
            new Refusal(RefusalReason.Unavailable, "The analytical store cannot be reached at this moment. Try again in a little while."),
        _ => null,
    };

    static Refusal OfCode(int code, string message) => code switch
    {
        159 or 160 or 209 => new(RefusalReason.TooExpensive, "The question took too long. Choose a shorter period, a longer interval, or a sample."),
        158 or 307 => new(RefusalReason.TooExpensive, "The question would read too much. Choose a shorter period, or a sample."),
        241 => new(RefusalReason.TooExpensive, "The question needs more memory than is allowed. Choose a shorter period, fewer breakdowns, or a sample."),
        396 or 191 => new(RefusalReason.TooExpensive, "The answer would be too large. Choose a shorter period or fewer breakdowns."),
        202 => new(RefusalReason.Throttled, "The analytical store is busy. Try again in a little while."),
        394 => new(RefusalReason.TooExpensive, "The question was stopped."),
        427 => Refusal.Invalid("properties", "A regular expression of the question is not valid."),
        _ => new(RefusalReason.InvalidInput, $"The store refused the question: {FirstSentence(message)}"),
    };

    // What follows is the statement and a stack.
    static string FirstSentence(string message)
    {
        var end = message.IndexOf(": In scope", StringComparison.Ordinal) is > 0 and var scope ? scope : message.IndexOf('\n', StringComparison.Ordinal);
        var text = (end > 0 ? message[..end] : message).Trim();
        return text.Length > 300 ? text[..300] + "…" : text;
    }
}
