namespace Prickle.Activity;

/// <summary>What was done to an item.</summary>
public enum ActivityVerb
{
    Created,
    Updated,
    Deleted,
    Joined,
    Left,
    Merged,
    Restored,
}
