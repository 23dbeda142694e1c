using System.Runtime.InteropServices;

namespace Prickle.ClickHouse.Supervision;

/// <summary>Finds the engine's program and the runtime to start it with.</summary>
static class EngineProgram
{
    const string FileName = "Prickle.Engine.dll";

    /// <summary>The stated program, else the one beside the application, else the one in the build's output.</summary>
    public static string? Find(string? stated, string applicationFolder)
    {
        if (stated is not null)
        {
            return File.Exists(stated) ? Path.GetFullPath(stated) : null;
        }
        var folder = new DirectoryInfo(applicationFolder.TrimEnd(Path.DirectorySeparatorChar));
        string[] candidates =
        [
            Path.Combine(folder.FullName, FileName),
            // artifacts/bin/Prickle/debug → artifacts/bin/Prickle.Engine/debug
            Path.Combine(folder.FullName, "..", "..", "Prickle.Engine", folder.Name, FileName),
        ];
        return candidates.Select(Path.GetFullPath).FirstOrDefault(CanStart);
    }

    /// <summary>The dotnet command that runs this very process, whatever the search path says.</summary>
    public static string DotNet
    {
        get
        {
            var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
            var command = Path.Combine(root, "dotnet");
            return File.Exists(command) ? command : "dotnet";
        }
    }

    // A library that happens to lie there without its runtime configuration cannot be started.
    static bool CanStart(string program) =>
        File.Exists(program) && File.Exists(Path.ChangeExtension(program, ".runtimeconfig.json"));
}
