using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Prickle.Api;

/// <summary>The OpenAPI document and the interactive page that shows it, with nothing loaded from elsewhere.</summary>
public static class ApiReference
{
    public const string DocumentPath = "/openapi/v1.json";
    public const string PagePath = "/api/docs";
    const string BearerScheme = "PersonalApiKey";

    internal static IServiceCollection AddApiReference(this IServiceCollection services) =>
        services.AddOpenApi("v1", options =>
        {
            options.ShouldInclude = description =>
                description.ActionDescriptor.EndpointMetadata.OfType<ApiEndpoint>().Any();
            options.AddDocumentTransformer(DescribeDocument);
            options.AddOperationTransformer(DescribeOperation);
        });

    public static IEndpointRouteBuilder MapApiReference(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        endpoints.MapScalarApiReference(PagePath, (options, context) =>
        {
            options.Title = "Prickle API";
            options.OpenApiRoutePattern = DocumentPath;
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.ProxyUrl = null;
            options.BundleUrl = null;
            options.Agent = new ScalarAgentOptions { Disabled = true };
            options.Mcp = new ScalarMcpOptions { Disabled = true };
            options.Nonce = SecurityHeaders.Nonce(context);
        });
        return endpoints;
    }

    static Task DescribeDocument(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Prickle",
            Version = "v1",
            Description =
                "Sign in with a personal API key: `Authorization: Bearer phx_…`. `@current` may stand for the id of a project "
                + "or an organization. Lists take `limit` and `offset`. Every error is a problem (RFC 9457) with `type`, "
                + "`code`, `detail` and `attr`.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A personal API key.",
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
        return Task.CompletedTask;
    }

    static Task DescribeOperation(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiRequirement>().LastOrDefault() is { } requirement)
        {
            operation.Description = $"{operation.Description}\n\nNeeds the scope `{requirement.Scope}`.".Trim();
        }
        return Task.CompletedTask;
    }
}
