namespace Prickle.Sql;

/// <summary>Why a statement was not run, or not to its end; in the API its snake_case name is the error's <c>code</c>.</summary>
public enum SqlRefusalReason
{
    /// <summary>ClickHouse cannot read it, or it does not fit the data.</summary>
    InvalidStatement,
    /// <summary>It asks for what the sandbox does not give.</summary>
    NotAllowed,
    /// <summary>A variable is missing or has a value of another type.</summary>
    InvalidVariable,
    /// <summary>What {filters} is to stand for cannot be asked.</summary>
    InvalidFilters,
    TimedOut,
    ReadsTooMuch,
    ResultTooLarge,
    OutOfMemory,
    Cancelled,
    /// <summary>The project has as many statements running as it may.</summary>
    Busy,
    /// <summary>It would read much, and nobody said that this is wanted.</summary>
    NeedsConfirmation,
}

/// <summary>A refused statement, in a sentence or two for the one who wrote it.</summary>
/// <param name="Line">Where in the statement, from 1; null when it concerns the whole.</param>
/// <param name="Column">Where in the line, from 1.</param>
/// <param name="Length">How many characters are meant.</param>
/// <param name="EstimatedRows">What it would read, where that is the reason.</param>
public sealed record SqlRefusal(
    SqlRefusalReason Reason, string Detail, int? Line = null, int? Column = null, int? Length = null, long? EstimatedRows = null);

/// <summary>What became of a statement: an answer, or a refusal.</summary>
public abstract record SqlOutcome<T>
{
    SqlOutcome()
    {
    }

    public sealed record Done(T Value) : SqlOutcome<T>;

    public sealed record Refused(SqlRefusal Refusal) : SqlOutcome<T>;

    public static implicit operator SqlOutcome<T>(T value) => new Done(value);
    public static implicit operator SqlOutcome<T>(SqlRefusal refusal) => new Refused(refusal);
}
