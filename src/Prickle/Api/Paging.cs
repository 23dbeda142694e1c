using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace Prickle.Api;

/// <summary>The <c>limit</c> and <c>offset</c> of a list request.</summary>
public readonly record struct Paging(int Limit, int Offset)
{
    public const int DefaultLimit = 100;
    public const int MaximumLimit = 1000;

    /// <summary>Reads both from the query; a value out of range becomes the nearest within.</summary>
    public static ValueTask<Paging> BindAsync(HttpContext context)
    {
        var limit = int.TryParse(context.Request.Query["limit"], out var wanted) ? wanted : DefaultLimit;
        var offset = int.TryParse(context.Request.Query["offset"], out var skipped) ? skipped : 0;
        return new(new Paging(Math.Clamp(limit, 1, MaximumLimit), Math.Max(offset, 0)));
    }

    /// <summary>The page of a list whose items are counted.</summary>
    public ApiPage<T> Page<T>(HttpRequest request, long count, IReadOnlyList<T> results) => new(
        count,
        Offset + results.Count < count ? AddressAt(request, Offset + Limit) : null,
        Offset > 0 ? AddressAt(request, Math.Max(0, Offset - Limit)) : null,
        results);

    /// <summary>The page of a short list that is in memory as a whole.</summary>
    public ApiPage<T> PageOf<T>(HttpRequest request, IReadOnlyCollection<T> all) =>
        Page(request, all.Count, [.. all.Skip(Offset).Take(Limit)]);

    string AddressAt(HttpRequest request, int offset)
    {
        var query = QueryHelpers.ParseQuery(request.QueryString.Value);
        query["limit"] = $"{Limit}";
        query["offset"] = $"{offset}";
        return UriHelper.BuildAbsolute(
            request.Scheme, request.Host, request.PathBase, request.Path, QueryString.Create(query));
    }
}
