using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Dashboards;
using Prickle.Insights;

namespace Prickle.Templates.Api;

/// <summary><c>/api/projects/{project}/dashboard_templates</c>, and what dashboards do with their templates.</summary>
static class TemplateEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var templates = project.MapGroup("/dashboard_templates").WithTags("dashboard templates");
        templates.MapGet("", ListAsync).Requires(Resource.DashboardTemplate, Level.Read)
            .WithSummary("Lists templates, featured ones first").WithDescription("Filters: `search`, `tag`, `scope` (built_in, organization or project).");
        templates.MapGet("/json_schema", Schema).Requires(Resource.DashboardTemplate, Level.Read).WithSummary("Gives the JSON schema of templates");
        templates.MapPost("", SaveAsync).Requires(Resource.DashboardTemplate, Level.Write)
            .WithSummary("Keeps a template, or the next version of one").WithDescription("The body is the template's JSON. `scope` is project (the default) or organization.");
        templates.MapPost("/import", ImportAsync).Requires(Resource.DashboardTemplate, Level.Write).WithSummary("Keeps a template that is fetched from a URL");
        templates.MapPost("/lint", Lint).Requires(Resource.DashboardTemplate, Level.Read).WithSummary("Says everything that is wrong with a template, with JSON paths");
        templates.MapGet("/{key}", FindAsync).Requires(Resource.DashboardTemplate, Level.Read).WithSummary("Gives a template; `version` an older one");
        templates.MapDelete("/{key}", DeleteAsync).Requires(Resource.DashboardTemplate, Level.Write).WithSummary("Offers a template no longer");
        templates.MapGet("/{key}/suggestions", SuggestAsync).Requires(Resource.DashboardTemplate, Level.Read)
            .WithSummary("Suggests for each variable what of the project fits, the best first");
        templates.MapPost("/{key}/dry_run", DryRunAsync).Requires(Resource.DashboardTemplate, Level.Read)
            .WithSummary("Computes each tile without making anything; empty ones say why");
        templates.MapPost("/{key}/dashboards", CreateAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Makes a dashboard from a template");

        var dashboards = project.MapGroup("/dashboards").WithTags("dashboard templates");
        dashboards.MapPost("/xray", XrayAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Makes a dashboard about one event (`event`) or one table (`table`)");
        dashboards.MapGet("/{id:int}/template", ExportAsync).Requires(Resource.Dashboard, Level.Read).WithSummary("Gives a dashboard as a template, without keeping it");
        dashboards.MapPost("/{id:int}/template", KeepAsync).Requires(Resource.DashboardTemplate, Level.Write).WithSummary("Keeps a dashboard as a template");
        dashboards.MapPost("/{id:int}/remap/preview", PreviewAsync).Requires(Resource.Dashboard, Level.Read).WithSummary("Says which tiles another mapping would change, and which it keeps");
        dashboards.MapPost("/{id:int}/remap", RemapAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Maps the variables of a dashboard's template anew");
        dashboards.MapGet("/{id:int}/upgrade", UpgradeOfAsync).Requires(Resource.Dashboard, Level.Read).WithSummary("Gives the newer version of its template that is on offer, with what it would change");
        dashboards.MapPost("/{id:int}/upgrade", UpgradeAsync).Requires(Resource.Dashboard, Level.Write)
            .WithSummary("Takes the newer version, tile by tile").WithDescription("`choices` maps the template's ids of tiles to mine (the default), new or both.");
        dashboards.MapPost("/{id:int}/upgrade/decline", DeclineAsync).Requires(Resource.Dashboard, Level.Write).WithSummary("Stays with the present version and is not offered this one again");
    }

    static async Task<Results<Ok<ApiPage<TemplateReply>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, TemplateBook templates, Paging paging, HttpRequest request, string? search, string? tag, string? scope, CancellationToken cancellationToken)
    {
        if (!TryScope(scope, null, out var wanted))
        {
            return ScopeProblem;
        }
        var all = await templates.ListAsync(grant.Project, search, tag, wanted, cancellationToken);
        return TypedResults.Ok(paging.PageOf(request, [.. all.Select(TemplateReply.Of)]));
    }

    static IResult Schema() => TypedResults.Stream(
        typeof(TemplateEndpoints).Assembly.GetManifestResourceStream("Prickle.Templates.dashboard-template.schema.json")!, "application/schema+json");

    static async Task<Results<Created<TemplateReply>, ProblemHttpResult>> SaveAsync(
        JsonElement body, ProjectGrant grant, TemplateBook templates, string? scope, CancellationToken cancellationToken) =>
        TryScope(scope, TemplateScope.Project, out var wanted)
            ? Made(grant, await templates.SaveAsync(grant, body, wanted!.Value, cancellationToken))
            : ScopeProblem;

    static async Task<Results<Created<TemplateReply>, ProblemHttpResult>> ImportAsync(
        TemplateImport body, ProjectGrant grant, TemplateDownload download, TemplateBook templates, CancellationToken cancellationToken)
    {
        var fetched = await download.FetchAsync(body.Url, cancellationToken);
        return fetched is Outcome<JsonElement>.Done { Value: var json }
            ? Made(grant, await templates.SaveAsync(grant, json, body.Scope, cancellationToken))
            : ApiProblem.From(((Outcome<JsonElement>.Refused)fetched).Refusal);
    }

    static Ok<LintReply> Lint(JsonElement body, TemplateBook templates) => TypedResults.Ok(new LintReply(templates.Lint(body)));

    static async Task<Results<Ok<TemplateReply>, ProblemHttpResult>> FindAsync(
        string key, ProjectGrant grant, TemplateBook templates, int? version, CancellationToken cancellationToken) =>
        await templates.FindAsync(grant.Project, key, version, cancellationToken) is { } found ? TypedResults.Ok(TemplateReply.Of(found)) : NotFound;

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string key, ProjectGrant grant, TemplateBook templates, CancellationToken cancellationToken) =>
        (await templates.DeleteAsync(grant, key, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<IReadOnlyDictionary<string, IReadOnlyList<Suggestion>>>, ProblemHttpResult>> SuggestAsync(
        string key, ProjectGrant grant, TemplateBook templates, TemplateSuggestions suggestions, CancellationToken cancellationToken) =>
        await templates.FindAsync(grant.Project, key, null, cancellationToken) is { } found
            ? TypedResults.Ok(await suggestions.OfAsync(grant.Project, found.Template, cancellationToken))
            : NotFound;

    static async Task<Results<Ok<IReadOnlyList<PreviewReply>>, ProblemHttpResult>> DryRunAsync(
        string key, TemplateValues? body, ProjectGrant grant, TemplateDryRun run, CancellationToken cancellationToken) =>
        (await run.RunAsync(grant.Project, key, body?.Values ?? Nothing, cancellationToken)).Match<Results<Ok<IReadOnlyList<PreviewReply>>, ProblemHttpResult>>(
            previews => TypedResults.Ok<IReadOnlyList<PreviewReply>>([.. previews.Select(PreviewReply.Of)]), refusal => ApiProblem.From(refusal));

    static async Task<Results<Created<Dashboard>, ProblemHttpResult>> CreateAsync(
        string key, TemplateUse? body, ProjectGrant grant, TemplateDashboards dashboards, CancellationToken cancellationToken) =>
        Made(grant, await dashboards.CreateAsync(grant, key, body?.Values ?? Nothing, body?.Name, body?.LeaveOut ?? [], cancellationToken));

    static async Task<Results<Created<Dashboard>, ProblemHttpResult>> XrayAsync(
        XrayBody body, ProjectGrant grant, EventXray events, TableXray tables, CancellationToken cancellationToken) =>
        Made(grant, body.Table is { Length: > 0 } table
            ? await tables.MakeAsync(grant, table, cancellationToken)
            : await events.MakeAsync(grant, body.Event ?? "", cancellationToken));

    static async Task<Results<Ok<JsonElement>, ProblemHttpResult>> ExportAsync(
        int id, ProjectGrant grant, DashboardBook dashboards, CancellationToken cancellationToken) =>
        await dashboards.FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is { } dashboard
            ? TemplateMaking.Of(dashboard, dashboard.Name, dashboard.Description, keepsDefaults: false).Match<Results<Ok<JsonElement>, ProblemHttpResult>>(
                template => TypedResults.Ok(TemplateJson.Write(template)), refusal => ApiProblem.From(refusal))
            : ApiProblem.NotFound("Dashboard not found.");

    static async Task<Results<Created<TemplateReply>, ProblemHttpResult>> KeepAsync(
        int id, KeepBody body, ProjectGrant grant, DashboardBook dashboards, TemplateBook templates, CancellationToken cancellationToken)
    {
        if (await dashboards.FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is not { } dashboard)
        {
            return ApiProblem.NotFound("Dashboard not found.");
        }
        var made = TemplateMaking.Of(dashboard, body.Name ?? dashboard.Name, body.Description ?? dashboard.Description, body.Scope == TemplateScope.Project);
        return made is Outcome<DashboardTemplate>.Done { Value: var template }
            ? Made(grant, await templates.SaveAsync(grant, TemplateJson.Write(template), body.Scope, cancellationToken))
            : ApiProblem.From(((Outcome<DashboardTemplate>.Refused)made).Refusal);
    }

    static async Task<Results<Ok<Remapping>, ProblemHttpResult>> PreviewAsync(
        int id, TemplateValues body, ProjectGrant grant, TemplateDashboards dashboards, CancellationToken cancellationToken) =>
        (await dashboards.PreviewAsync(grant, id, body.Values, cancellationToken)).Match<Results<Ok<Remapping>, ProblemHttpResult>>(
            remapping => TypedResults.Ok(remapping), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> RemapAsync(
        int id, TemplateValues body, ProjectGrant grant, TemplateDashboards dashboards, CancellationToken cancellationToken) =>
        Changed(await dashboards.RemapAsync(grant, id, body.Values, cancellationToken));

    static async Task<Results<Ok<TemplateUpgrade>, NoContent>> UpgradeOfAsync(
        int id, ProjectGrant grant, TemplateDashboards dashboards, CancellationToken cancellationToken) =>
        await dashboards.UpgradeOfAsync(grant, id, cancellationToken) is { } upgrade ? TypedResults.Ok(upgrade) : TypedResults.NoContent();

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> UpgradeAsync(
        int id, UpgradeBody body, ProjectGrant grant, TemplateDashboards dashboards, CancellationToken cancellationToken) =>
        Changed(await dashboards.UpgradeAsync(grant, id, body.Choices, cancellationToken));

    static async Task<Results<Ok<Dashboard>, ProblemHttpResult>> DeclineAsync(
        int id, ProjectGrant grant, TemplateDashboards dashboards, CancellationToken cancellationToken) =>
        Changed(await dashboards.DeclineAsync(grant, id, cancellationToken));

    static readonly Dictionary<string, JsonElement> Nothing = [];

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Template not found.");

    static ProblemHttpResult ScopeProblem => ApiProblem.Invalid("scope", "A scope is built_in, organization or project.");

    static bool TryScope(string? text, TemplateScope? standard, out TemplateScope? scope)
    {
        scope = text switch
        {
            null or "" => standard,
            "built_in" => TemplateScope.BuiltIn,
            "organization" => TemplateScope.Organization,
            "project" => TemplateScope.Project,
            _ => (TemplateScope)(-1),
        };
        return scope is null || Enum.IsDefined(scope.Value);
    }

    static Results<Ok<Dashboard>, ProblemHttpResult> Changed(Outcome<Dashboard> outcome) => outcome.Match<Results<Ok<Dashboard>, ProblemHttpResult>>(
        changed => TypedResults.Ok(changed), refusal => ApiProblem.From(refusal));

    static Results<Created<Dashboard>, ProblemHttpResult> Made(ProjectGrant grant, Outcome<Dashboard> outcome) =>
        outcome.Match<Results<Created<Dashboard>, ProblemHttpResult>>(
            made => TypedResults.Created($"/api/projects/{grant.ProjectId}/dashboards/{made.Id}", made), refusal => ApiProblem.From(refusal));

    static Results<Created<TemplateReply>, ProblemHttpResult> Made(ProjectGrant grant, Outcome<KnownTemplate> outcome) =>
        outcome.Match<Results<Created<TemplateReply>, ProblemHttpResult>>(
            made => TypedResults.Created($"/api/projects/{grant.ProjectId}/dashboard_templates/{made.Template.Key}", TemplateReply.Of(made)), refusal => ApiProblem.From(refusal));
}

/// <summary>A template; <c>template</c> is its JSON, to be kept as a file.</summary>
public sealed record TemplateReply(
    string Key, int Version, string Name, string Description, IReadOnlyList<string> Tags, bool Featured, TemplateScope Scope, string? CreatedBy,
    DateTimeOffset? CreatedAt, JsonElement Template)
{
    internal static TemplateReply Of(KnownTemplate known) => new(
        known.Template.Key, known.Template.Version, known.Template.Name, known.Template.Description, known.Template.Tags, known.Template.Featured,
        known.Scope, known.CreatedBy, known.CreatedAt, TemplateJson.Write(known.Template));
}

/// <summary>A tile of a dry run; the result is written as answers are.</summary>
public sealed record PreviewReply(string Tile, string Name, TileKind Kind, JsonElement? Result, string? Problem)
{
    internal static PreviewReply Of(TilePreview preview) => new(
        preview.TemplateTile, preview.Name, preview.Kind, preview.Result is null ? null : JsonSerializer.SerializeToElement(preview.Result, InsightJson.Options), preview.Problem);
}

/// <summary>Everything that is wrong; nothing for a template that can be used.</summary>
public sealed record LintReply(IReadOnlyList<TemplateProblem> Problems);

/// <summary>Values of variables by their ids.</summary>
public sealed record TemplateValues
{
    public IReadOnlyDictionary<string, JsonElement> Values { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>How a dashboard is made from a template.</summary>
public sealed record TemplateUse
{
    public IReadOnlyDictionary<string, JsonElement> Values { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Null for the template's name.</summary>
    public string? Name { get; init; }

    /// <summary>Ids of tiles that are not wanted.</summary>
    public IReadOnlyList<string> LeaveOut { get; init; } = [];
}

public sealed record TemplateImport(string Url, TemplateScope Scope = TemplateScope.Project);

/// <summary>What a dashboard shall be about: one event, or one table.</summary>
public sealed record XrayBody(string? Event = null, string? Table = null);

public sealed record KeepBody(string? Name = null, string? Description = null, TemplateScope Scope = TemplateScope.Project);

public sealed record UpgradeBody
{
    public IReadOnlyDictionary<string, UpgradeChoice> Choices { get; init; } = new Dictionary<string, UpgradeChoice>();
}
