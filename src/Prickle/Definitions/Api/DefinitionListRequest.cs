using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Api;

namespace Prickle.Definitions.Api;

/// <summary>What a list request asks for. A value that cannot be read is refused, never ignored.</summary>
static class DefinitionListRequest
{
    public static DefinitionFilter? Read(IQueryCollection query, int projectId, out ProblemHttpResult? problem)
    {
        problem = null;
        var ordering = Text(query, "ordering") ?? "name";
        var sort = ordering.TrimStart('-') switch { "name" => "name", "last_seen_at" => "last_seen", "volume_30_day" => "volume", _ => null };
        if (sort is null)
        {
            problem = ApiProblem.Invalid("ordering", "ordering is name, last_seen_at or volume_30_day.");
        }
        var filter = new DefinitionFilter(projectId)
        {
            Search = Text(query, "search") ?? "",
            IsVerified = Choice<bool>(query, "verified", bool.TryParse, ref problem),
            IsHidden = Choice<bool>(query, "hidden", bool.TryParse, ref problem),
            Tag = Text(query, "tag"),
            Scope = Choice<PropertyScope>(query, "type", TryName, ref problem),
            GroupTypeIndex = Choice<int>(query, "group_type_index", TryIndex, ref problem),
            Type = Choice<PropertyType>(query, "property_type", TryName, ref problem),
            Event = Text(query, "event_names"),
            Sort = sort ?? "name",
            IsDescending = ordering.StartsWith('-'),
        };
        return problem is null ? filter : null;
    }

    delegate bool Try<T>(string text, out T value);

    static bool TryName<T>(string text, out T value)
        where T : struct, Enum => Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value);

    static bool TryIndex(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value < 5;

    static T? Choice<T>(IQueryCollection query, string name, Try<T> read, ref ProblemHttpResult? problem)
        where T : struct
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }
        if (read(text, out var value))
        {
            return value;
        }
        problem = ApiProblem.Invalid(name, $"'{text}' is no value of {name}.");
        return null;
    }

    static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
}
