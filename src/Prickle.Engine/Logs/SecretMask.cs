using System.Text.RegularExpressions;

namespace Prickle.Engine.Logs;

/// <summary>Takes the secret keys of object stores out of a statement, as ClickHouse does in its own log.</summary>
static partial class SecretMask
{
    public static string Of(string statement) => Keys.Replace(statement, match => $"{match.Groups["before"].Value}'[HIDDEN]'");

    // S3('address', 'key', 'secret' …), s3Cluster('cluster', 'address', 'key', 'secret' …), as a destination, a table function or an engine.
    [GeneratedRegex(
        @"(?<before>\b(?:(?:S3|S3Queue|COSN|OSS|GCS)\s*\(|s3Cluster\s*\(\s*'(?:[^'\\]|\\.|'')*'\s*,)\s*'(?:[^'\\]|\\.|'')*'\s*,\s*'(?:[^'\\]|\\.|'')*'\s*,\s*)'(?:[^'\\]|\\.|'')*'",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    static partial Regex Keys { get; }
}
