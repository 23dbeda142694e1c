namespace Prickle.Hosting;

/// <summary>What the program was started with: <c>--port N --data DIR --demo</c>, or <c>--lint FILE …</c>.</summary>
/// <param name="Port">Where to listen; 8000 unless said.</param>
/// <param name="DataFolder">Everything the product keeps lies below it.</param>
/// <param name="IsDemo">Fill an empty data folder with a fictional product, and sign in with one click.</param>
/// <param name="Others">What is left for the host's own configuration.</param>
public sealed record CommandLine(int? Port, string DataFolder, bool IsDemo, string[] Others)
{
    public const string Usage = "usage: prickle [--port N] [--data DIR] [--demo]\n       prickle --lint FILE ...";

    /// <summary>Files of dashboard templates to check instead of serving.</summary>
    public IReadOnlyList<string> Lint { get; init; } = [];

    /// <summary>Reads the arguments; the second value says what is wrong with them.</summary>
    public static (CommandLine? Line, string? Error) Parse(string[] arguments)
    {
        var line = new CommandLine(null, Path.GetFullPath("data"), false, []);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--demo":
                    line = line with { IsDemo = true };
                    break;
                case "--port" when i + 1 < arguments.Length && ushort.TryParse(arguments[i + 1], out var port):
                    line = line with { Port = port };
                    i++;
                    break;
                case "--data" when i + 1 < arguments.Length:
                    line = line with { DataFolder = Path.GetFullPath(arguments[++i]) };
                    break;
                case "--lint" when i + 1 < arguments.Length:
                    return (line with { Lint = arguments[(i + 1)..] }, null);
                case var other when other.Contains('=', StringComparison.Ordinal):
                    line = line with { Others = [.. line.Others, other] };
                    break;
                default:
                    return (null, $"'{arguments[i]}' is not understood.\n{Usage}");
            }
        }

        return (line, null);
    }
}
