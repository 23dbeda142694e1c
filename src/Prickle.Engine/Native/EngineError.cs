using System.Globalization;
using System.Text.RegularExpressions;

namespace Prickle.Engine.Native;

/// <summary>A refusal in ClickHouse's own words: the code and the whole text a client sees.</summary>
sealed partial record EngineError(int Code, string Text)
{
    const int UnknownException = 1002;

    /// <summary>An error of the host's own, worded as the server words its errors.</summary>
    public static EngineError Of(int code, string name, string message) =>
        new(code, $"Code: {code.ToString(CultureInfo.InvariantCulture)}. DB::Exception: {message} ({name})");

    /// <summary>Reads what the library reports, which lacks the version and may repeat its own frame.</summary>
    public static EngineError Parse(string reported)
    {
        var text = reported.TrimEnd();
        var match = Head.Match(text);
        if (!match.Success)
        {
            return new(UnknownException, $"Code: {UnknownException}. DB::Exception: {text}. (UNKNOWN_EXCEPTION)");
        }
        // A failure inside the output format comes wrapped in itself: the innermost frame is the server's text.
        while (text.StartsWith(match.Value + match.Value, StringComparison.Ordinal))
        {
            text = LastFrame.Replace(text[match.Length..], "", 1);
        }
        return new(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), Version.Replace(text, ""));
    }

    /// <summary>The text with the engine's version behind it, as the server ends every exception.</summary>
    public string Render(string version) => $"{Text} (version {version})";

    [GeneratedRegex(@"^Code: (\d+)\. DB::Exception: ")]
    static partial Regex Head { get; }

    [GeneratedRegex(@" \(version [^)]*\)\. \([A-Z0-9_]+\)\z")]
    static partial Regex LastFrame { get; }

    [GeneratedRegex(@" \(version [^)]*(\([^)]*\))?\)\z")]
    static partial Regex Version { get; }
}
