using System.Globalization;
using Prickle.Engine.Native;

namespace Prickle.Engine;

/// <summary>How the engine was asked to run.</summary>
sealed record EngineArguments
{
    /// <summary>Names the variable that holds the secret; a command line would show it to every user of the machine.</summary>
    public const string SecretVariable = "PRICKLE_ENGINE_SECRET";

    public const string LibraryVariable = "PRICKLE_ENGINE_LIBRARY";

    const int DefaultMaximumQueries = 100;

    public required string Path { get; init; }
    public required string Secret { get; init; }

    /// <summary>0 for any free port.</summary>
    public int Port { get; init; }

    /// <summary>The process without which the engine has no purpose.</summary>
    public int? ParentId { get; init; }

    public string? Library { get; init; }
    public int MaximumQueries { get; init; } = DefaultMaximumQueries;

    /// <exception cref="EngineUnavailableException">Something is missing or unknown.</exception>
    public static EngineArguments Parse(string[] arguments, Func<string, string?> environment)
    {
        var named = Named(arguments);
        return new()
        {
            Path = named.GetValueOrDefault("--path")
                ?? throw new EngineUnavailableException("--path DIR is missing: the folder of the data."),
            Secret = environment(SecretVariable) is { Length: > 0 } secret
                ? secret
                : throw new EngineUnavailableException($"{SecretVariable} is not set: the password that callers must present."),
            Port = Number(named, "--port") ?? 0,
            ParentId = Number(named, "--parent-pid"),
            Library = named.GetValueOrDefault("--library") ?? environment(LibraryVariable),
            MaximumQueries = Number(named, "--max-queries") ?? DefaultMaximumQueries,
        };
    }

    static Dictionary<string, string> Named(string[] arguments)
    {
        string[] known = ["--path", "--port", "--parent-pid", "--library", "--max-queries"];
        var named = new Dictionary<string, string>();
        for (var index = 0; index < arguments.Length; index += 2)
        {
            if (!known.Contains(arguments[index]) || index + 1 == arguments.Length)
            {
                throw new EngineUnavailableException(
                    $"'{arguments[index]}' is not understood. Usage: {string.Join(' ', known.Select(name => $"[{name} ...]"))}");
            }
            named[arguments[index]] = arguments[index + 1];
        }
        return named;
    }

    static int? Number(Dictionary<string, string> named, string name) =>
        !named.TryGetValue(name, out var text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new EngineUnavailableException($"{name} takes a number, not '{text}'.");
}
