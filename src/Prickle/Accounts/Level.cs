namespace Prickle.Accounts;

/// <summary>How far somebody may go with a resource; each level includes the ones before it.</summary>
public enum Level
{
    None,
    Read,
    Write,
}
