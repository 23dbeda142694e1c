using System.Globalization;

namespace Prickle.Status;

/// <summary>Bytes for people.</summary>
static class Size
{
    static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    public static string Of(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1000 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return $"{value.ToString(value < 10 && unit > 0 ? "0.0" : "0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
