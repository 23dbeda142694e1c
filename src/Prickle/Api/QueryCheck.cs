using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Prickle.Api;

/// <summary>
/// Refuses a value in the query that cannot be read, and says which. Endpoints are bound by code that the compiler generates:
/// it takes an empty value for one that is not there, and keeps to itself what it could not read.
/// </summary>
static class QueryCheck
{
    sealed record Value(string Name, string Description, Func<string, bool> IsReadable);

    public static TBuilder ChecksQuery<TBuilder>(this TBuilder group) where TBuilder : IEndpointConventionBuilder
    {
        group.Finally(Wrap);
        return group;
    }

    static void Wrap(EndpointBuilder endpoint)
    {
        var values = ValuesOf(endpoint);
        if (values.Length == 0 || endpoint.RequestDelegate is not { } next)
        {
            return;
        }
        endpoint.RequestDelegate = context =>
        {
            foreach (var value in values)
            {
                // Absent is fine: each of them may be left out.
                if (context.Request.Query.TryGetValue(value.Name, out var given) && !value.IsReadable(given.ToString()))
                {
                    throw new BadHttpRequestException($"Failed to bind parameter \"{value.Description}\" from \"{given}\".");
                }
            }
            return next(context);
        };
    }

    /// <summary>What may stand in the query and is more than a text. What must be there, the generated code refuses by itself.</summary>
    static Value[] ValuesOf(EndpointBuilder endpoint) =>
    [
        .. from parameter in endpoint.Metadata.OfType<IParameterBindingMetadata>()
           where parameter is { IsOptional: true, HasTryParse: true, HasBindAsync: false } && parameter.ParameterInfo.ParameterType != typeof(string)
           let name = parameter.ParameterInfo.GetCustomAttributes().OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? parameter.Name
           where endpoint is not RouteEndpointBuilder route || route.RoutePattern.GetParameter(name) is null
           select ValueOf(name, parameter.ParameterInfo),
    ];

    static Value ValueOf(string name, ParameterInfo parameter)
    {
        var inner = Nullable.GetUnderlyingType(parameter.ParameterType);
        var (type, isReadable) = ReadingOf(inner ?? parameter.ParameterType);
        return new Value(name, $"{(inner is null ? type : $"Nullable<{type}>")} {parameter.Name}", isReadable);
    }

    static (string Name, Func<string, bool> IsReadable) ReadingOf(Type type)
    {
        if (type == typeof(DateTimeOffset))
        {
            return (type.Name, text => DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out _));
        }
        return type == typeof(int) ? ("int", IsA<int>)
            : type == typeof(long) ? ("long", IsA<long>)
            : type == typeof(double) ? ("double", IsA<double>)
            : type == typeof(bool) ? ("bool", IsA<bool>)
            : type == typeof(Guid) ? (type.Name, IsA<Guid>)
            : throw new NotSupportedException($"How a {type} stands in a query is not known here.");
    }

    static bool IsA<T>(string text) where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out _);
}
