using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Previews.Wire;

namespace Prickle.Previews.Listing;

/// <summary><c>/api/projects/{project}/early_access_feature</c>.</summary>
static class PreviewEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var previews = project.MapGroup("/early_access_feature").WithTags("early_access_feature");
        previews.MapGet("", ListAsync).Requires(Resource.EarlyAccessFeature, Level.Read).WithSummary("Lists feature previews")
            .WithDescription("`stage` for those of one; `order` is `name`, `stage`, `created_at` or `updated_at`, with a minus for descending.");
        previews.MapPost("", CreateAsync).Requires(Resource.EarlyAccessFeature, Level.Write).WithSummary("Makes a preview")
            .WithDescription("With `feature_flag_key` on a flag that is there, else with a flag of its own, which needs `feature_flag:write` as well.");
        previews.MapGet("/{id:guid}", FindAsync).Requires(Resource.EarlyAccessFeature, Level.Read).WithSummary("Gives a preview");
        previews.MapPatch("/{id:guid}", UpdateAsync).Requires(Resource.EarlyAccessFeature, Level.Write).WithSummary("Changes what the body names, the stage too")
            .WithDescription("With `version` the change is refused when somebody was quicker.");
        previews.MapDelete("/{id:guid}", DeleteAsync).Requires(Resource.EarlyAccessFeature, Level.Write).WithSummary("Deletes a preview; its flag stays");
        previews.MapPost("/{id:guid}/screenshots", AddPictureAsync).Requires(Resource.EarlyAccessFeature, Level.Write)
            .WithSummary("Adds a screenshot").WithDescription("The picture is the body (PNG, JPEG, WebP or GIF, 4 MB); `alt` says what it shows.");
        previews.MapDelete("/{id:guid}/screenshots/{picture:guid}", RemovePictureAsync).Requires(Resource.EarlyAccessFeature, Level.Write)
            .WithSummary("Takes a screenshot away");
        previews.MapGet("/{id:guid}/funnel", FunnelAsync).Requires(Resource.EarlyAccessFeature, Level.Read)
            .WithSummary("Counts who saw it, switched it on, used it, and switched it off");
        // The pair for servers of customers: what a person finds, and what they choose, by the same rules as on a page.
        previews.MapPost("/visible", VisibleAsync).Requires(Resource.EarlyAccessFeature, Level.Read)
            .WithSummary("Lists what somebody may see").WithDescription("`distinct_id`, `groups`, `code`, `admin_of`; `opened` when they look at it now.");
        previews.MapPost("/enroll", EnrollAsync).Requires(Resource.EarlyAccessFeature, Level.Write)
            .WithSummary("Keeps what somebody chooses").WithDescription("`distinct_id`, `preview` or `flag`, `enabled`; `for_group` with `groups` and `admin_of` for their group.");
        previews.MapPost("/links", LinkAsync).Requires(Resource.EarlyAccessFeature, Level.Write)
            .WithSummary("Makes a link to the list for somebody, which works without JavaScript").WithDescription("`distinct_id`, `groups`, `admin_of`, `expires_in` (seconds).");
        // These name persons, which takes a key that may read them.
        var persons = previews.MapGroup("").AddEndpointFilter(RefuseWithoutPersonsAsync);
        persons.MapGet("/{id:guid}/enrollments", EnrollmentsAsync).Requires(Resource.EarlyAccessFeature, Level.Read).WithSummary("Lists who chose")
            .WithDescription("`state` is enabled, disabled, interested or waiting; `order` is `chosen_at`, `distinct_id` or `waiting_since`.");
        persons.MapPost("/{id:guid}/enrollments", AddAsync).Requires(Resource.EarlyAccessFeature, Level.Write)
            .WithSummary("Adds or removes somebody by hand").WithDescription("`distinct_id` and `enabled` (true when left out); or `group` and `enabled`, null to let its members choose.");
        persons.MapGet("/{id:guid}/group_enrollments", GroupsAsync).Requires(Resource.EarlyAccessFeature, Level.Read).WithSummary("Lists the groups that chose");
        persons.MapGet("/{id:guid}/feedback", FeedbackAsync).Requires(Resource.EarlyAccessFeature, Level.Read).WithSummary("Lists why people switched it off, newest first");
    }

    static async Task<Results<Ok<ApiPage<PreviewItem>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, PreviewQueries previews, CancellationToken cancellationToken,
        [FromQuery] string? search = null, [FromQuery] string? stage = null, [FromQuery] string? order = null)
    {
        if (stage is not null && PreviewStages.Of(stage) is null)
        {
            return ApiProblem.Invalid("stage", "A stage is draft, concept, alpha, beta, general-availability or archived.");
        }
        var found = await previews.ListAsync(
            grant.ProjectId, new PreviewFilter { Search = search ?? "", Stage = PreviewStages.Of(stage), Order = order ?? "-updated_at" }, cancellationToken);
        var counts = await previews.CountsAsync(grant.ProjectId, cancellationToken);
        return TypedResults.Ok(paging.PageOf(request, [.. found.Select(preview => PreviewItem.Of(preview, counts.GetValueOrDefault(preview.Id)))]));
    }

    static async Task<Results<Created<PreviewItem>, ProblemHttpResult>> CreateAsync(
        ProjectGrant grant, JsonElement body, PreviewBook book, CancellationToken cancellationToken) =>
        PreviewBook.Read(new PreviewSettings(), body) switch
        {
            Outcome<PreviewSettings>.Done(var settings) => (await book.CreateAsync(grant, settings, VisitorReader.Text(body, "feature_flag_key"), cancellationToken))
                .Match<Results<Created<PreviewItem>, ProblemHttpResult>>(
                    made => TypedResults.Created($"/api/projects/{grant.ProjectId}/early_access_feature/{made.Id}", PreviewItem.Of(made, null)), refusal => ApiProblem.From(refusal)),
            Outcome<PreviewSettings>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static async Task<Results<Ok<PreviewItem>, ProblemHttpResult>> FindAsync(ProjectGrant grant, Guid id, PreviewQueries previews, CancellationToken cancellationToken) =>
        await previews.FindAsync(grant.ProjectId, id, cancellationToken) is { } preview
            ? TypedResults.Ok(PreviewItem.Of(preview, (await previews.CountsAsync(grant.ProjectId, cancellationToken)).GetValueOrDefault(id))) : NotFound;

    static async Task<Results<Ok<PreviewItem>, ProblemHttpResult>> UpdateAsync(
        ProjectGrant grant, Guid id, JsonElement body, PreviewQueries previews, PreviewBook book, CancellationToken cancellationToken)
    {
        if (await previews.FindAsync(grant.ProjectId, id, cancellationToken) is not { } preview)
        {
            return NotFound;
        }
        var version = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("version", out var given) && given.TryGetInt32(out var number) ? number : (int?)null;
        return PreviewBook.Read(preview.Settings, body) switch
        {
            Outcome<PreviewSettings>.Done(var settings) => (await book.UpdateAsync(grant, id, settings, cancellationToken, version)).Match<Results<Ok<PreviewItem>, ProblemHttpResult>>(
                changed => TypedResults.Ok(PreviewItem.Of(changed, null)), refusal => ApiProblem.From(refusal)),
            Outcome<PreviewSettings>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(ProjectGrant grant, Guid id, PreviewBook book, CancellationToken cancellationToken) =>
        (await book.DeleteAsync(grant, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Created<ScreenshotItem>, ProblemHttpResult>> AddPictureAsync(
        ProjectGrant grant, Guid id, HttpRequest request, PreviewPictures pictures, CancellationToken cancellationToken, [FromQuery] string? alt = null)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            content.Write(buffer, 0, read);
            if (content.Length > PreviewPictures.LargestBytes)
            {
                break;
            }
        }
        return (await pictures.AddAsync(grant, id, content.ToArray(), alt ?? "", cancellationToken)).Match<Results<Created<ScreenshotItem>, ProblemHttpResult>>(
            picture => TypedResults.Created($"/previews/images/{picture.Id}", ScreenshotItem.Of(picture)), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> RemovePictureAsync(
        ProjectGrant grant, Guid id, Guid picture, PreviewPictures pictures, CancellationToken cancellationToken) =>
        await pictures.RemoveAsync(grant, id, picture, cancellationToken) is { } refusal ? ApiProblem.From(refusal) : TypedResults.NoContent();

    static async Task<Results<Ok<PreviewFunnelCount>, ProblemHttpResult>> FunnelAsync(
        ProjectGrant grant, Guid id, PreviewQueries previews, PreviewFunnel funnel, CancellationToken cancellationToken) =>
        await previews.FindAsync(grant.ProjectId, id, cancellationToken) is { } preview ? TypedResults.Ok(await funnel.CountAsync(preview, cancellationToken)) : NotFound;

    static async Task<Results<Utf8ContentHttpResult, ProblemHttpResult>> VisibleAsync(
        ProjectGrant grant, JsonElement body, HttpRequest request, PreviewOffers offers, CancellationToken cancellationToken)
    {
        if (!TryReadVisitor(body, grant, out var visitor, out var refusal))
        {
            return ApiProblem.From(refusal!);
        }
        var list = await offers.ListAsync(grant.Project, visitor!, VisitorReader.Flag(body, "opened") == true, cancellationToken);
        return Json(writer => OfferReply.Write(writer, list, OriginOf(request)));
    }

    static async Task<Results<Utf8ContentHttpResult, ProblemHttpResult>> EnrollAsync(
        ProjectGrant grant, JsonElement body, HttpRequest request, PreviewOffers offers, CancellationToken cancellationToken)
    {
        if (!TryReadVisitor(body, grant, out var visitor, out var refusal))
        {
            return ApiProblem.From(refusal!);
        }
        if (VisitorReader.Choice(body, "api") is not { } choice)
        {
            return ApiProblem.Invalid("enabled", "true or false is expected here.");
        }
        if ((VisitorReader.Text(body, "preview") ?? VisitorReader.Text(body, "flag")) is not { Length: > 0 } name)
        {
            return ApiProblem.Invalid("preview", "Say which preview, by its id or the key of its flag.");
        }
        return (await offers.ChooseAsync(grant.Project, name, visitor!, choice, cancellationToken)).Match<Results<Utf8ContentHttpResult, ProblemHttpResult>>(
            chosen => Json(writer => OfferReply.Write(writer, chosen, OriginOf(request))), refused => ApiProblem.From(refused));
    }

    static Results<Ok<PreviewLinkItem>, ProblemHttpResult> LinkAsync(ProjectGrant grant, JsonElement body, HttpRequest request, PreviewLinks links)
    {
        if (!TryReadVisitor(body, grant, out var visitor, out var refusal))
        {
            return ApiProblem.From(refusal!);
        }
        var lifetime = body.TryGetProperty("expires_in", out var given) && given.ValueKind == JsonValueKind.Number && given.TryGetInt64(out var seconds)
            && Math.Abs(seconds) < int.MaxValue ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        return links.Sign(grant, visitor!, lifetime).Match<Results<Ok<PreviewLinkItem>, ProblemHttpResult>>(
            made => TypedResults.Ok(new PreviewLinkItem(new Uri(OriginOf(request), $"/previews/page/{made.Signed}"), made.Signed, made.ExpiresAt)),
            refused => ApiProblem.From(refused));
    }

    /// <summary>A server says who somebody is, and its word about groups is taken.</summary>
    static bool TryReadVisitor(JsonElement body, ProjectGrant grant, out PreviewVisitor? visitor, out Refusal? refusal)
    {
        if (!VisitorReader.TryRead(body, grant.ProjectId, null, out visitor, out refusal))
        {
            return false;
        }
        if (body.TryGetProperty("admin_of", out var types) && types.ValueKind == JsonValueKind.Array)
        {
            visitor = visitor with { Administers = [.. types.EnumerateArray().Where(type => type.ValueKind == JsonValueKind.String).Select(type => type.GetString()!)] };
        }
        return true;
    }

    static async Task<Results<Ok<ApiPage<PreviewEnrollment>>, ProblemHttpResult>> EnrollmentsAsync(
        ProjectGrant grant, Guid id, Paging paging, HttpRequest request, PreviewQueries previews, PreviewEnrollments enrollments, CancellationToken cancellationToken,
        [FromQuery] string? state = null, [FromQuery] string? search = null, [FromQuery] string? order = null)
    {
        PreviewState? wanted = null;
        if (state is not null)
        {
            if (!Enum.TryParse<PreviewState>(state, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
            {
                return ApiProblem.Invalid("state", "A state is enabled, disabled, interested or waiting.");
            }
            wanted = parsed;
        }
        if (await previews.FindAsync(grant.ProjectId, id, cancellationToken) is null)
        {
            return NotFound;
        }
        var filter = new EnrollmentFilter { State = wanted, Search = search ?? "", Order = order ?? "-chosen_at" };
        var (count, found) = await enrollments.ListAsync(grant.ProjectId, id, filter, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, found));
    }

    static async Task<Results<Ok<PreviewEnrollment>, NoContent, ProblemHttpResult>> AddAsync(
        ProjectGrant grant, Guid id, JsonElement body, PreviewEnrollments enrollments, CancellationToken cancellationToken)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.Invalid("body", "Send an object.");
        }
        if (VisitorReader.Text(body, "group") is { } group)
        {
            var isEnabled = body.TryGetProperty("enabled", out _) ? VisitorReader.Flag(body, "enabled") : true;
            return (await enrollments.SetGroupAsync(grant, id, group, isEnabled, cancellationToken)).Match<Results<Ok<PreviewEnrollment>, NoContent, ProblemHttpResult>>(
                _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));
        }
        var distinctId = VisitorReader.Text(body, "distinct_id") ?? "";
        var outcome = VisitorReader.Flag(body, "enabled") == false
            ? await enrollments.RemoveAsync(grant, id, distinctId, cancellationToken) : await enrollments.AddAsync(grant, id, distinctId, cancellationToken);
        return outcome.Match<Results<Ok<PreviewEnrollment>, NoContent, ProblemHttpResult>>(made => TypedResults.Ok(made), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<Ok<ApiPage<PreviewGroupEnrollment>>, ProblemHttpResult>> GroupsAsync(
        ProjectGrant grant, Guid id, Paging paging, HttpRequest request, PreviewQueries previews, PreviewEnrollments enrollments, CancellationToken cancellationToken,
        [FromQuery] string? search = null)
    {
        if (await previews.FindAsync(grant.ProjectId, id, cancellationToken) is null)
        {
            return NotFound;
        }
        var (count, found) = await enrollments.GroupsAsync(grant.ProjectId, id, search ?? "", paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, found));
    }

    static async Task<Results<Ok<ApiPage<PreviewRemark>>, ProblemHttpResult>> FeedbackAsync(
        ProjectGrant grant, Guid id, Paging paging, HttpRequest request, PreviewQueries previews, PreviewEnrollments enrollments, CancellationToken cancellationToken,
        [FromQuery] string? search = null)
    {
        if (await previews.FindAsync(grant.ProjectId, id, cancellationToken) is null)
        {
            return NotFound;
        }
        var (count, found) = await enrollments.RemarksAsync(grant.ProjectId, id, search ?? "", paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Page(request, count, found));
    }

    static async ValueTask<object?> RefuseWithoutPersonsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var grant = context.HttpContext.Features.Get<ProjectGrant>()!;
        return grant.Check(Resource.Person, Level.Read) is not Permission.Granted and var refused
            ? ApiProblem.Forbidden(refused, grant.Role, Resource.Person, Level.Read)
            : await next(context);
    }

    static Uri OriginOf(HttpRequest request) => new($"{request.Scheme}://{request.Host}");

    static Utf8ContentHttpResult Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }
        return TypedResults.Text(buffer.ToArray(), "application/json", StatusCodes.Status200OK);
    }

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Preview not found.");
}
