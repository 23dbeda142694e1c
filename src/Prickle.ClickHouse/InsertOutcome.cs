namespace Prickle.ClickHouse;

/// <summary>How an insert ended. Only <see cref="Stored"/> means that the rows are there.</summary>
public abstract record InsertOutcome
{
    InsertOutcome() { }

    /// <summary>The rows are stored.</summary>
    public sealed record Stored : InsertOutcome
    {
        /// <summary>The only value.</summary>
        public static readonly Stored Value = new();
    }

    /// <summary>The server read the rows and refused them: sending the same again is pointless.</summary>
    /// <param name="Code">ClickHouse's error code.</param>
    /// <param name="Message">ClickHouse's error text.</param>
    public sealed record Refused(int Code, string Message) : InsertOutcome;

    /// <summary>The server did not answer, or could not take rows now: the same may succeed later.</summary>
    /// <param name="Message">What happened.</param>
    public sealed record Unavailable(string Message) : InsertOutcome;
}
