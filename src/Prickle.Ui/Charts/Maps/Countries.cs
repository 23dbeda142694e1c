using System.Collections.Frozen;

namespace Prickle.Ui.Charts.Maps;

/// <summary>A country.</summary>
/// <param name="Code">ISO 3166-1, two letters; XK for Kosovo, as is the custom.</param>
/// <param name="Number">ISO 3166-1, three digits, by which the map knows it; the map has no number for Kosovo.</param>
/// <param name="Name">Plain and short.</param>
public sealed record Country(string Code, string Number, string Name);

/// <summary>The countries and territories of ISO 3166-1.</summary>
public static class Countries
{
    static readonly FrozenDictionary<string, Country> ByCode = Read().ToFrozenDictionary(country => country.Code, StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, by code.</summary>
    public static IReadOnlyList<Country> All { get; } = [.. ByCode.Values.OrderBy(country => country.Code, StringComparer.Ordinal)];

    /// <summary>The name of a country, by its code of two letters; null for what is none.</summary>
    public static string? NameOf(string code) => ByCode.GetValueOrDefault(code)?.Name;

    static IEnumerable<Country> Read()
    {
        using var stream = typeof(Countries).Assembly.GetManifestResourceStream("countries.txt")
            ?? throw new InvalidOperationException("The list of countries is not in the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ', 3);
            yield return new(parts[0], parts[1], parts[2]);
        }
    }
}
