using System.Security;
using System.Text;
using Prickle.Engine.Native;

namespace Prickle.Engine.Queries;

/// <summary>The opened engine: holds the connection that keeps it alive and opens one for each request.</summary>
sealed class EngineHost : IDisposable
{
    readonly string pathArgument;
    readonly EngineConnection lifeline;

    EngineHost(string pathArgument, EngineConnection lifeline)
    {
        this.pathArgument = pathArgument;
        this.lifeline = lifeline;
        Version = Ask("version()");
        TimeZone = Ask("timezone()");
        DisplayName = Ask("displayName()");
    }

    public string Version { get; }
    public string TimeZone { get; }
    public string DisplayName { get; }

    /// <summary>Opens the engine on a data folder; backups may be written below its <c>backups</c> folder.</summary>
    public static EngineHost Open(string dataPath)
    {
        var path = Directory.CreateDirectory(dataPath).FullName;
        var backups = Directory.CreateDirectory(Path.Combine(path, "backups")).FullName;
        var configuration = Path.Combine(path, "engine.xml");
        File.WriteAllText(configuration, Configuration(backups));
        var pathArgument = $"--path={path}";
        return new(pathArgument, EngineConnection.Open(pathArgument, $"--config-file={configuration}"));
    }

    // A server has a machine to itself and sizes its caches for that; this one shares it with the application.
    static string Configuration(string backups) =>
        $"""
        <clickhouse>
            <backups><allowed_path>{SecurityElement.Escape(backups)}</allowed_path></backups>
            <max_server_memory_usage_to_ram_ratio>0.6</max_server_memory_usage_to_ram_ratio>
            <mark_cache_size>268435456</mark_cache_size>
            <index_mark_cache_size>67108864</index_mark_cache_size>
        </clickhouse>

        """;

    public EngineConnection Connect() => EngineConnection.Open(pathArgument);

    public void Dispose() => lifeline.Dispose();

    string Ask(string expression)
    {
        var (error, output, _) = lifeline.Execute($"SELECT {expression}");
        return error is null
            ? Encoding.UTF8.GetString(output).TrimEnd('\n')
            : throw new EngineUnavailableException($"The engine does not answer: {error.Text}", ExitCodes.DataNotOpened);
    }
}
