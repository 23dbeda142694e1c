namespace Prickle.Ui.Values;

/// <summary>How something is doing.</summary>
public enum StatusState
{
    /// <summary>Off, paused, or not known.</summary>
    Idle,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, but wants a look.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Bad,
}
