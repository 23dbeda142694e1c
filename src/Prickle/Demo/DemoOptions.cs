using Prickle.Demo.Story;

namespace Prickle.Demo;

/// <summary>Settings of demo mode, from the configuration section <c>Demo</c>.</summary>
public sealed class DemoOptions
{
    /// <summary>The same seed tells the same story.</summary>
    public int Seed { get; set; } = 20;

    /// <summary>How many days it covers, the last one being the day of the first start.</summary>
    public int Days { get; set; } = 90;

    /// <summary>How many people come in it.</summary>
    public int People { get; set; } = 2000;

    /// <summary>How many companies come in it.</summary>
    public int Companies { get; set; } = 50;

    /// <summary>Whether sessions go on to be told, in real time, when the data is there.</summary>
    public bool GoesOn { get; set; } = true;

    internal StorySize Size => new(Seed, Days, People, Companies);
}
