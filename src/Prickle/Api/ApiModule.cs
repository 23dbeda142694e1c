using System.Text.Json;
using System.Text.Json.Serialization;
using Prickle.Accounts;

namespace Prickle.Api;

/// <summary>
/// The frame of the HTTP API: one gate for credentials, limits and permissions, one form for errors, lists and documents.
/// A module maps its endpoints on <see cref="MapProjectApi"/> and says for each what it requires.
/// </summary>
public static class ApiModule
{
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimits>().Bind(configuration.GetSection("RateLimits"))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ApiBudget>();
        services.AddSingleton<SignInBudget>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = ApiProblem.Complete);
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddValidation();
        services.AddAntiforgery(options =>
        {
            options.HeaderName = ApiGate.AntiforgeryHeader;
            options.Cookie.Name = "prickle.antiforgery";
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options => Configure(options.SerializerOptions));
        services.AddApiReference();
        return services;
    }

    /// <summary>Gives every error below <c>/api</c> its form; belongs before everything that may fail or find no route.</summary>
    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments("/api"),
        api => api.UseExceptionHandler().UseStatusCodePages());

    /// <summary>Guards the API; belongs after routing and authentication.</summary>
    public static IApplicationBuilder UseApiGate(this IApplicationBuilder app) => app.UseMiddleware<ApiGate>();

    /// <summary>The group for everything that belongs to one project: <c>/api/projects/{project}</c>.</summary>
    public static RouteGroupBuilder MapProjectApi(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("/api/projects/{project}").WithMetadata(new ApiEndpoint(ApiTarget.Project)).ChecksQuery();

    /// <summary>The group for what belongs to one organization: <c>/api/organizations/{organization}</c>.</summary>
    public static RouteGroupBuilder MapOrganizationApi(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("/api/organizations/{organization}").WithMetadata(new ApiEndpoint(ApiTarget.Organization)).ChecksQuery();

    /// <summary>The group for what belongs to the caller: <c>/api</c>.</summary>
    public static RouteGroupBuilder MapAccountApi(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("/api").WithMetadata(new ApiEndpoint(ApiTarget.Account)).ChecksQuery();

    /// <summary>Says what the caller needs. Every API endpoint must; the gate refuses to serve one that does not.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder endpoint, Resource resource, Level level)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ApiRequirement(resource, level));

    static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.RespectNullableAnnotations = true;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }
}
