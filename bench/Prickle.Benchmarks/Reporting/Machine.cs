using System.Globalization;
using System.Runtime.InteropServices;

namespace Prickle.Benchmarks.Reporting;

/// <summary>Where a run took place, and how busy the place was with other things.</summary>
static class Machine
{
    public static string Describe()
    {
        var model = ReadValue("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024 / 1024 / 1024;
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} x {model}, {memory} GB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}, load {load} at the end");
    }

    static string? ReadValue(string path, string name) => !File.Exists(path)
        ? null
        : File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
