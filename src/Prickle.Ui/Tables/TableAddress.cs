using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace Prickle.Ui.Tables;

/// <summary>The state of a table in the address: a copied link shows the same rows.</summary>
sealed record TableAddress(string Search, string? Sort, bool Descending, int Page, string? Hidden)
{
    public static TableAddress Read(string address, string prefix)
    {
        var query = QueryHelpers.ParseQuery(new Uri(address).Query);
        string? Value(string name) => query.TryGetValue(prefix + name, out var values) ? values.ToString() : null;
        var sort = Value("sort");
        var page = int.TryParse(Value("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;
        return new TableAddress(
            Value("q")?.Trim() ?? "",
            string.IsNullOrEmpty(sort) ? null : sort.TrimStart('-'),
            sort?.StartsWith('-') ?? false,
            // A page number of a hand-written address must not overflow when it is multiplied.
            Math.Clamp(page, 1, 100_000),
            Value("hide"));
    }

    public string WriteTo(NavigationManager navigation, string prefix) =>
        navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            [prefix + "q"] = Search.Length == 0 ? null : Search,
            [prefix + "sort"] = Sort is null ? null : (Descending ? "-" : "") + Sort,
            [prefix + "page"] = Page == 1 ? null : Page,
            [prefix + "hide"] = Hidden,
        });
}
