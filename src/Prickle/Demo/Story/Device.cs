namespace Prickle.Demo.Story;

/// <summary>What someone looks through.</summary>
/// <param name="Type">Desktop, Mobile or Tablet.</param>
/// <param name="Browser">As the SDK names it.</param>
/// <param name="BrowserVersion">Its major version.</param>
/// <param name="System">The operating system.</param>
/// <param name="SystemVersion">Its version.</param>
/// <param name="Width">Of the screen.</param>
/// <param name="Height">Of the screen.</param>
/// <param name="Weight">How much of the audience has it.</param>
sealed record Device(
    string Type, string Browser, int BrowserVersion, string System, string SystemVersion, int Width, int Height, double Weight)
{
    public static readonly IReadOnlyList<Device> All =
    [
        new("Desktop", "Chrome", 142, "Windows", "11", 1920, 1080, 27),
        new("Desktop", "Chrome", 141, "Mac OS X", "15.6.1", 1728, 1117, 15),
        new("Desktop", "Microsoft Edge", 142, "Windows", "11", 1536, 864, 10),
        new("Desktop", "Firefox", 145, "Windows", "10", 1920, 1080, 5),
        new("Desktop", "Firefox", 145, "Linux", "", 2560, 1440, 4),
        new("Desktop", "Safari", 26, "Mac OS X", "15.6.1", 1512, 982, 9),
        new("Mobile", "Mobile Safari", 26, "iOS", "26.1", 393, 852, 15),
        new("Mobile", "Chrome", 142, "Android", "16", 412, 915, 12),
        new("Tablet", "Mobile Safari", 26, "iOS", "26.1", 820, 1180, 3),
    ];
}
