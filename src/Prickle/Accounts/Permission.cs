namespace Prickle.Accounts;

/// <summary>Why somebody may, or may not, do something.</summary>
public enum Permission
{
    Granted,
    /// <summary>Their role in the organization does not go that far.</summary>
    RoleTooLow,
    /// <summary>The key they use lacks the scope.</summary>
    ScopeMissing,
}
