using System.Globalization;

namespace Prickle.Benchmarks.Processes;

/// <summary>What a process has used, by the kernel's account.</summary>
/// <param name="CpuSeconds">Of all its threads.</param>
/// <param name="PeakMegabytes">The most memory it ever held.</param>
/// <param name="Megabytes">The memory it holds now.</param>
/// <param name="AnonymousMegabytes">Of it, what is no part of any file: neither code nor a mapped one.</param>
sealed record ProcessUsage(double CpuSeconds, double PeakMegabytes, double Megabytes, double AnonymousMegabytes)
{
    const double TicksPerSecond = 100;

    public static ProcessUsage Of(int processId)
    {
        // The second field is the program's name and may hold spaces: fields are counted from behind its bracket.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return new ProcessUsage(ticks / TicksPerSecond, MemoryOf(processId, "VmHWM"), MemoryOf(processId, "VmRSS"), MemoryOf(processId, "RssAnon"));
    }

    static double MemoryOf(int processId, string field)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return Math.Round(double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024, 1);
    }
}
