using System.Reflection;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Metadata;

namespace Prickle.Accounts.SignIn;

/// <summary>
/// A form that one of our own pages sent: an endpoint that takes one asks for the antiforgery token by it, so that nobody is
/// signed out by a link. The framework's own form parameters fail with a 500 for lack of the token, where the compiler generates
/// the code that binds them: it reads the form without asking whether the token was valid.
/// </summary>
sealed class PostedForm(IFormCollection fields) : IEndpointParameterMetadataProvider
{
    /// <summary>A field that must be there.</summary>
    public string this[string name] => Find(name) ?? throw new BadHttpRequestException($"The form has no field '{name}'.");

    /// <summary>A field that may be missing.</summary>
    public string? Find(string name) => fields.TryGetValue(name, out var value) ? value.ToString() : null;

    public static async ValueTask<PostedForm> BindAsync(HttpContext context)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: true })
        {
            throw new BadHttpRequestException("The form's antiforgery token is missing or stale.");
        }
        if (!context.Request.HasFormContentType)
        {
            throw new BadHttpRequestException("The request has no form.");
        }
        try
        {
            return new PostedForm(await context.Request.ReadFormAsync(context.RequestAborted));
        }
        catch (InvalidDataException exception)
        {
            throw new BadHttpRequestException("The form cannot be read.", exception);
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new RequireAntiforgeryTokenAttribute());
        builder.Metadata.Add(new AcceptsMetadata(["multipart/form-data", "application/x-www-form-urlencoded"]));
    }
}
