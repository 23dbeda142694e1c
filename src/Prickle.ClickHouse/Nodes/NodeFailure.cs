using System.Text.RegularExpressions;

namespace Prickle.ClickHouse.Nodes;

/// <summary>Why a node gave no answer, as far as it matters what to do next.</summary>
public enum NodeFailureKind
{
    /// <summary>Nobody listens there, or the name is not known.</summary>
    Unreachable,
    /// <summary>No answer in time. Whether the statement ran is unknown.</summary>
    Hanging,
    /// <summary>The connection broke in the middle. Whether the statement ran is unknown.</summary>
    Broken,
    /// <summary>The address is that of the native protocol (9000), not of HTTP (8123).</summary>
    NativePort,
    /// <summary>TLS on one side only, or a certificate that is not trusted.</summary>
    Tls,
    /// <summary>Something answers, and it is not ClickHouse.</summary>
    NotClickHouse,
    /// <summary>Wrong user or password.</summary>
    WrongPassword,
    /// <summary>The user may only read, or may change no setting (code 164).</summary>
    Readonly,
    /// <summary>The user lacks a grant (code 497).</summary>
    Denied,
    /// <summary>A setting that this version does not know (code 115).</summary>
    UnknownSetting,
    /// <summary>A table, column or function that this version does not have (codes 46, 47, 60).</summary>
    UnknownName,
    /// <summary>Somebody ended the statement (code 394).</summary>
    Killed,
    /// <summary>The server ended it for taking too long, or too much (codes 158, 159, 160, 241, 307, 396).</summary>
    OverLimit,
    /// <summary>The server has too much to do (codes 202, 252).</summary>
    Overloaded,
    /// <summary>The answer has more bytes than were allowed.</summary>
    TooLarge,
    /// <summary>Any other refusal of the server.</summary>
    Refused,
}

/// <summary>Why a node gave no answer.</summary>
/// <param name="Kind">What to do next depends on it.</param>
/// <param name="Message">For people: the server's own words without its stack trace, or ours.</param>
/// <param name="Code">ClickHouse's error code, where it gave one.</param>
public sealed partial record NodeFailure(NodeFailureKind Kind, string Message, int? Code = null)
{
    const int LongestMessage = 2000;

    /// <summary>Whether the statement may have run all the same.</summary>
    public bool IsUncertain => Kind is NodeFailureKind.Hanging or NodeFailureKind.Broken;

    /// <summary>Whether the node itself is away, and not just this statement at fault.</summary>
    public bool IsAway => Kind is NodeFailureKind.Unreachable or NodeFailureKind.Hanging or NodeFailureKind.Broken;

    /// <summary>Reads an error as ClickHouse words it, old (<c>Code: 60, e.displayText() = …</c>) or new (<c>Code: 60. DB::Exception: …</c>).</summary>
    public static NodeFailure Parse(string text)
    {
        var code = CodePattern.Match(text) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, out var number) ? number : (int?)null;
        var message = Decoration.Replace(text.Split("Stack trace", 2)[0], "").Trim().TrimEnd(',');
        return new NodeFailure(KindOf(code), message.Length <= LongestMessage ? message : message[..LongestMessage] + " …", code);
    }

    static NodeFailureKind KindOf(int? code) => code switch
    {
        192 or 193 or 194 or 516 => NodeFailureKind.WrongPassword,
        164 => NodeFailureKind.Readonly,
        497 => NodeFailureKind.Denied,
        115 => NodeFailureKind.UnknownSetting,
        46 or 47 or 60 => NodeFailureKind.UnknownName,
        394 => NodeFailureKind.Killed,
        158 or 159 or 160 or 241 or 307 or 396 => NodeFailureKind.OverLimit,
        202 or 252 => NodeFailureKind.Overloaded,
        _ => NodeFailureKind.Refused,
    };

    [GeneratedRegex(@"Code: (\d+)")]
    static partial Regex CodePattern { get; }

    [GeneratedRegex(@"^Code: \d+[.,] (?:e\.displayText\(\) = )?(?:DB::Exception: )?|, e\.what\(\) = DB::Exception\s*$|\s*\(version [^)]*\)\)?\s*$", RegexOptions.ExplicitCapture)]
    static partial Regex Decoration { get; }
}
