using System.Runtime.InteropServices;

namespace Prickle.Engine.Native;

/// <summary>Finds libchdb: where the operator said, else in the nearest node_modules.</summary>
static class LibraryLocator
{
    /// <exception cref="EngineUnavailableException">It is nowhere.</exception>
    public static string Find(string? stated, params IEnumerable<string> roots)
    {
        var relative = Path.Combine("node_modules", "@chdb", $"lib-{Platform}", FileName);
        if (stated is not null)
        {
            return File.Exists(stated)
                ? Path.GetFullPath(stated)
                : throw new EngineUnavailableException($"The engine's library is not at {stated}. {Remedy(relative)}");
        }
        return roots.SelectMany(Upwards).Select(folder => Path.Combine(folder, relative)).FirstOrDefault(File.Exists)
            ?? throw new EngineUnavailableException($"The engine's library was not found. {Remedy(relative)}");
    }

    static string Remedy(string relative) =>
        $"Run 'npm ci --ignore-scripts' in Prickle's folder (it brings {relative}), "
        + "or set PRICKLE_ENGINE_LIBRARY to the library's path, "
        + "or set ClickHouse__Url to use a ClickHouse server of your own.";

    static string FileName => OperatingSystem.IsMacOS() ? "libchdb.dylib" : "libchdb.so";

    static string Platform => (OperatingSystem.IsMacOS(), RuntimeInformation.ProcessArchitecture) switch
    {
        (true, Architecture.Arm64) => "darwin-arm64",
        (true, _) => "darwin-x64",
        (false, Architecture.Arm64) => "linux-arm64-gnu",
        (false, _) => "linux-x64-gnu",
    };

    static IEnumerable<string> Upwards(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
