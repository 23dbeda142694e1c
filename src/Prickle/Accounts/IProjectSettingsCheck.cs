namespace Prickle.Accounts;

/// <summary>Judges what a project's settings mean to another module: filters and expressions, of which accounts know nothing.</summary>
public interface IProjectSettingsCheck
{
    /// <summary>Why they cannot be kept; null when they can.</summary>
    Refusal? Refuse(ProjectSettings settings);
}
