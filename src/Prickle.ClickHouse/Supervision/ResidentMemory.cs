using System.Globalization;

namespace Prickle.ClickHouse.Supervision;

/// <summary>Memory of another process, from the kernel's own account of it.</summary>
static class ResidentMemory
{
    /// <summary>Bytes the process holds in memory; null where the system does not tell.</summary>
    public static long? Of(int processId)
    {
        try
        {
            var pages = File.ReadAllText($"/proc/{processId}/statm").Split(' ')[1];
            return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
