using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Api;
using Prickle.Filters;

namespace Prickle.Events.Api;

/// <summary>What a list request asks for. A value that cannot be read is refused, never ignored: silence would show too much.</summary>
sealed record EventListRequest(EventFilter Filter, EventCursor? Cursor)
{
    public static EventListRequest? Read(IQueryCollection query, int projectId, out ProblemHttpResult? problem)
    {
        problem = null;
        var person = Text(query, "person_id");
        var personId = Guid.Empty;
        if (person is not null && !Guid.TryParse(person, CultureInfo.InvariantCulture, out personId))
        {
            problem = ApiProblem.Invalid("person_id", "person_id must be a UUID.");
        }
        var after = Moment(query, "after", ref problem);
        var before = Moment(query, "before", ref problem);
        var cursor = EventCursor.Parse(Text(query, "cursor"));
        if (cursor is null && Text(query, "cursor") is not null)
        {
            problem = ApiProblem.Invalid("cursor", "cursor must come from the `next` of an earlier reply.");
        }
        var properties = FilterGroup.Read(Text(query, "properties"));
        if (properties is null)
        {
            problem = ApiProblem.Invalid("properties", "properties must be a JSON array of {key, value, operator, type} with a known operator, or a group {type, values}.");
        }
        else if (FilterCheck.Refuse(properties) is { } refusal)
        {
            problem = ApiProblem.From(refusal);
        }
        return problem is not null ? null : new EventListRequest(
            new EventFilter
            {
                ProjectId = projectId,
                Event = Text(query, "event"),
                PersonId = person is null ? null : personId,
                DistinctId = Text(query, "distinct_id"),
                SessionId = Text(query, "session_id"),
                After = after,
                Before = before,
                Properties = properties!,
            },
            cursor);
    }

    static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    static DateTimeOffset? Moment(IQueryCollection query, string name, ref ProblemHttpResult? problem)
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            && moment.Year is >= 1900 and <= 2299)
        {
            return moment;
        }
        problem = ApiProblem.Invalid(name, $"{name} must be a date or a moment in ISO 8601, between 1900 and 2299.");
        return null;
    }
}
