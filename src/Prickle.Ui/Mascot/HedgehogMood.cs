namespace Prickle.Ui.Mascot;

/// <summary>What the hedgehog feels, which is what the page wants to say.</summary>
public enum HedgehogMood
{
    /// <summary>Nothing here yet; looking at the person with interest.</summary>
    Waiting,

    /// <summary>Something went well.</summary>
    Pleased,

    /// <summary>Something is under way.</summary>
    Working,

    /// <summary>Something failed.</summary>
    Worried,

    /// <summary>Nothing to do: paused, or switched off.</summary>
    Asleep,
}
