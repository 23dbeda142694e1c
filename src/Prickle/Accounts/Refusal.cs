namespace Prickle.Accounts;

/// <summary>Why a change was refused; in the API its snake_case name is the error's <c>code</c>.</summary>
public enum RefusalReason
{
    InvalidInput,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    LastOwner,
    AlreadySetUp,
    InvitationExpired,
    WrongEmail,
    WrongPassword,
    /// <summary>Too many at once; worth another try in a moment.</summary>
    Throttled,
    /// <summary>What is needed cannot be reached at present.</summary>
    Unavailable,
    /// <summary>It would read, hold or take more than is allowed.</summary>
    TooExpensive,
}

/// <summary>A refused change, in one sentence for the one who asked for it.</summary>
/// <param name="Attribute">The snake_case name of the input that is wrong, where one is.</param>
public sealed record Refusal(RefusalReason Reason, string Detail, string? Attribute = null)
{
    public static Refusal Invalid(string attribute, string detail) => new(RefusalReason.InvalidInput, detail, attribute);
    public static Refusal NotFound(string detail) => new(RefusalReason.NotFound, detail);
    public static Refusal Denied(string detail) => new(RefusalReason.PermissionDenied, detail);
}
