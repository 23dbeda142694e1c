using System.Globalization;
using System.Text;

namespace Prickle.EndToEnd.Product;

/// <summary>A running engine, found from outside: its command line names the port, its environment holds the secret.</summary>
sealed record EngineAccess(int ProcessId, int Port, string Secret)
{
    /// <summary>The engine that this process has started, or null when none runs.</summary>
    public static EngineAccess? ChildOf(int parentId)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && TryRead(id, parentId) is { } engine)
            {
                return engine;
            }
        }
        return null;
    }

    static EngineAccess? TryRead(int id, int parentId)
    {
        try
        {
            if (ParentOf(id) != parentId)
            {
                return null;
            }
            var arguments = Words(id, "cmdline");
            var port = Array.IndexOf(arguments, "--port");
            var secret = Words(id, "environ").FirstOrDefault(word => word.StartsWith("PRICKLE_ENGINE_SECRET=", StringComparison.Ordinal));
            return port < 0 || secret is null
                ? null
                : new(id, int.Parse(arguments[port + 1], CultureInfo.InvariantCulture), secret[(secret.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static int ParentOf(int id)
    {
        // "pid (name) state parent …": the name may hold anything, so the line is read from its end.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    static string[] Words(int id, string file) =>
        Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/{file}")).Split('\0');
}
