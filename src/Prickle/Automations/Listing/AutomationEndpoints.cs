using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Prickle.Accounts;
using Prickle.Api;

namespace Prickle.Automations.Listing;

/// <summary><c>/api/projects/{project}/automations</c>.</summary>
static class AutomationEndpoints
{
    public static void Map(RouteGroupBuilder project)
    {
        var automations = project.MapGroup("/automations").WithTags("automations");
        automations.MapGet("", ListAsync).Requires(Resource.Automation, Level.Read).WithSummary("Lists automations")
            .WithDescription("`search`, `state` (draft, active, paused, archived), `deleted`; `order` is `name`, `state`, `created_at`, `updated_at`, `running` or `started`, with a minus for descending.");
        automations.MapPost("", CreateAsync).Requires(Resource.Automation, Level.Write).WithSummary("Makes a draft").WithDescription("`name`, `description`, `definition`. It may be unfinished.");
        automations.MapPost("/import", ImportAsync).Requires(Resource.Automation, Level.Write).WithSummary("Makes a draft of a file").WithDescription("The body is the YAML or JSON that `export` gives.");
        automations.MapGet("/{id:int}", FindAsync).Requires(Resource.Automation, Level.Read).WithSummary("Gives an automation");
        automations.MapPatch("/{id:int}", UpdateAsync).Requires(Resource.Automation, Level.Write).WithSummary("Changes what the body names, in the draft")
            .WithDescription("With `edition` the change is refused when somebody was quicker.");
        automations.MapDelete("/{id:int}", DeleteAsync).Requires(Resource.Automation, Level.Write).WithSummary("Deletes an automation and ends its runs");
        automations.MapPost("/{id:int}/restore", RestoreAsync).Requires(Resource.Automation, Level.Write).WithSummary("Takes a deletion back; it is archived then");
        automations.MapGet("/{id:int}/problems", ProblemsAsync).Requires(Resource.Automation, Level.Read).WithSummary("Says what stands against publishing the draft");
        automations.MapPost("/{id:int}/publish", PublishAsync).Requires(Resource.Automation, Level.Write).WithSummary("Publishes the draft and switches it on");
        automations.MapPost("/{id:int}/pause", PauseAsync).Requires(Resource.Automation, Level.Write).WithSummary("Lets no run begin; those that wait go on");
        automations.MapPost("/{id:int}/resume", ResumeAsync).Requires(Resource.Automation, Level.Write).WithSummary("Lets runs begin again");
        automations.MapPost("/{id:int}/archive", ArchiveAsync).Requires(Resource.Automation, Level.Write).WithSummary("Ends it for good").WithDescription("`waiting` is `end` or `finish`: what happens to runs that wait.");
        automations.MapPost("/{id:int}/duplicate", DuplicateAsync).Requires(Resource.Automation, Level.Write).WithSummary("Makes a draft with the same steps");
        automations.MapPost("/{id:int}/webhook", RenewAsync).Requires(Resource.Automation, Level.Write).WithSummary("Gives it another address to be begun at; the old one ends at once");
        automations.MapGet("/{id:int}/versions", VersionsAsync).Requires(Resource.Automation, Level.Read).WithSummary("Lists what was published, the newest first");
        automations.MapGet("/{id:int}/metrics", MetricsAsync).Requires(Resource.Automation, Level.Read).WithSummary("Counts runs and steps").WithDescription("`version` for one of them.");
        automations.MapGet("/{id:int}/export", ExportAsync).Requires(Resource.Automation, Level.Read).WithSummary("Gives the draft as a file").WithDescription("`format` is `yaml` or `json`.");
        automations.MapPost("/{id:int}/test", TestAsync).Requires(Resource.Automation, Level.Read).WithSummary("Walks through the draft with a sample")
            .WithDescription("`event` (a uuid) or `distinct_id`; `has_effect` delivers for real, which needs `automation:write`; `takes_timeouts` takes the other way of each wait.");
        automations.MapPost("/{id:int}/simulate", SimulateAsync).Requires(Resource.Automation, Level.Read).WithSummary("Says what the draft would have done with what is stored")
            .WithDescription("`days` back, 7 when left out. Nothing is sent.");
        automations.MapPost("/{id:int}/start", StartAsync).Requires(Resource.Automation, Level.Write).WithSummary("Begins a run of an automation that is begun by hand").WithDescription("`distinct_id`, `data`.");
        var rules = project.MapGroup("/message_rules").WithTags("automations");
        rules.MapGet("", RulesAsync).Requires(Resource.Automation, Level.Read).WithSummary("Gives what messages to people keep to");
        rules.MapPut("", SaveRulesAsync).Requires(Resource.Automation, Level.Write).WithSummary("Sets what messages to people keep to")
            .WithDescription("`messages_per_day` (null for any number), `quiet_from` and `quiet_to` (21:00, on the person's clock), `opt_out_property`.");
    }

    static async Task<Results<Ok<ApiPage<AutomationReply>>, ProblemHttpResult>> ListAsync(
        ProjectGrant grant, Paging paging, HttpRequest request, AutomationQueries automations, CancellationToken cancellationToken,
        [FromQuery] string? search = null, [FromQuery] string? state = null, [FromQuery] string? order = null, [FromQuery] bool deleted = false)
    {
        AutomationState? wanted = null;
        if (state is not null)
        {
            if (!Words.TryParse<AutomationState>(state, out var parsed))
            {
                return ApiProblem.Invalid("state", "A state is draft, active, paused or archived.");
            }
            wanted = parsed;
        }
        var found = await automations.ListAsync(
            grant.ProjectId, new AutomationFilter { Search = search ?? "", State = wanted, Order = order ?? "-updated_at", IsDeleted = deleted }, cancellationToken);
        return TypedResults.Ok(paging.PageOf(request, [.. found.Select(item => ReplyOf(grant, item.Automation) with { Running = item.Running, Started = item.Started, Failed = item.Failed })]));
    }

    static async Task<Results<Created<AutomationReply>, ProblemHttpResult>> CreateAsync(ProjectGrant grant, JsonElement body, AutomationBook book, CancellationToken cancellationToken) =>
        Read(body, new AutomationSettings()) switch
        {
            Outcome<AutomationSettings>.Done(var settings) => Made(grant, await book.CreateAsync(grant, settings, cancellationToken)),
            Outcome<AutomationSettings>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static async Task<Results<Created<AutomationReply>, ProblemHttpResult>> ImportAsync(ProjectGrant grant, HttpRequest request, AutomationBook book, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        var buffer = new char[AutomationFiles.Longest + 1];
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        return AutomationFiles.Import(new string(buffer, 0, length)) switch
        {
            Outcome<AutomationSettings>.Done(var settings) => Made(grant, await book.CreateAsync(grant, settings, cancellationToken)),
            Outcome<AutomationSettings>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static Results<Created<AutomationReply>, ProblemHttpResult> Made(ProjectGrant grant, Outcome<Automation> outcome) => outcome.Match<Results<Created<AutomationReply>, ProblemHttpResult>>(
        made => TypedResults.Created($"/api/projects/{grant.ProjectId}/automations/{made.Id}", ReplyOf(grant, made)), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<AutomationReply>, ProblemHttpResult>> FindAsync(ProjectGrant grant, int id, AutomationQueries automations, CancellationToken cancellationToken) =>
        await automations.FindAsync(grant.ProjectId, id, cancellationToken) is { } found ? TypedResults.Ok(ReplyOf(grant, found)) : NotFound;

    static async Task<Results<Ok<AutomationReply>, ProblemHttpResult>> UpdateAsync(
        ProjectGrant grant, int id, JsonElement body, AutomationQueries automations, AutomationBook book, CancellationToken cancellationToken)
    {
        if (await automations.FindAsync(grant.ProjectId, id, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        return Read(body, found.Settings) switch
        {
            Outcome<AutomationSettings>.Done(var settings) => Changed(
                grant, await book.UpdateAsync(grant, id, settings, cancellationToken, body.TryGetProperty("edition", out var edition) && edition.TryGetNumber(out var number) ? number : null)),
            Outcome<AutomationSettings>.Refused(var refusal) => ApiProblem.From(refusal),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static bool TryGetNumber(this JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }

    static Outcome<AutomationSettings> Read(JsonElement body, AutomationSettings current)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Refusal.Invalid("body", "Send an object.");
        }
        foreach (var name in (string[])["name", "description"])
        {
            if (body.TryGetProperty(name, out var text) && text.ValueKind != JsonValueKind.String)
            {
                return Refusal.Invalid(name, "A text is expected here.");
            }
        }
        var settings = current with
        {
            Name = body.TryGetProperty("name", out var given) ? given.GetString()! : current.Name,
            Description = body.TryGetProperty("description", out var words) ? words.GetString()! : current.Description,
        };
        if (!body.TryGetProperty("definition", out var json))
        {
            return settings;
        }
        var (definition, path, problem) = DefinitionShape.Read(json);
        return definition is null ? Refusal.Invalid(path == "definition" ? path : $"definition.{path}", problem!) : settings with { Definition = definition };
    }

    static Results<Ok<AutomationReply>, ProblemHttpResult> Changed(ProjectGrant grant, Outcome<Automation> outcome) => outcome.Match<Results<Ok<AutomationReply>, ProblemHttpResult>>(
        changed => TypedResults.Ok(ReplyOf(grant, changed)), refusal => ApiProblem.From(refusal));

    static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(ProjectGrant grant, int id, AutomationBook book, CancellationToken cancellationToken) =>
        (await book.DeleteAsync(grant, id, cancellationToken)).Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => ApiProblem.From(refusal));

    static async Task<Results<Ok<AutomationReply>, ProblemHttpResult>> RestoreAsync(ProjectGrant grant, int id, AutomationBook book, CancellationToken cancellationToken) =>
        Changed(grant, await book.RestoreAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<IReadOnlyList<ProblemReply>>, ProblemHttpResult>> ProblemsAsync(
        ProjectGrant grant, int id, AutomationQueries automations, AutomationCheck check, CancellationToken cancellationToken) =>
        await automations.FindAsync(grant.ProjectId, id, cancellationToken) is { } found
            ? TypedResults.Ok<IReadOnlyList<ProblemReply>>([.. (await check.ProblemsOfAsync(grant.ProjectId, found.Settings.Definition, cancellationToken)).Select(ProblemReply.Of)]) : NotFound;

    static async Task<Results<Ok<AutomationReply>, ProblemHttpResult>> PublishAsync(ProjectGrant grant, int id, AutomationBook book, CancellationToken cancellationToken) =>
        Changed(grant, await book.PublishAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<AutomationReply>, ProblemHttpResult>> PauseAsync(ProjectGrant grant, int id, AutomationBook book, CancellationToken cancellationToken) =>
        Changed(grant, await book.PauseAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<AutomationReply>, ProblemHttpResult>> ResumeAsync(ProjectGrant grant, int id, AutomationBook book, CancellationToken cancellationToken) =>
        Changed(grant, await book.ResumeAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<AutomationReply>, ProblemHttpResult>> ArchiveAsync(
        ProjectGrant grant, int id, AutomationBook book, CancellationToken cancellationToken, [FromQuery] string waiting = "end") =>
        Words.TryParse<WaitingRuns>(waiting, out var rule) ? Changed(grant, await book.ArchiveAsync(grant, id, rule, cancellationToken)) : ApiProblem.Invalid("waiting", "Runs that wait end or finish.");

    static async Task<Results<Created<AutomationReply>, ProblemHttpResult>> DuplicateAsync(ProjectGrant grant, int id, AutomationBook book, CancellationToken cancellationToken) =>
        Made(grant, await book.DuplicateAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<AutomationReply>, ProblemHttpResult>> RenewAsync(ProjectGrant grant, int id, AutomationBook book, CancellationToken cancellationToken) =>
        Changed(grant, await book.RenewWebhookAsync(grant, id, cancellationToken));

    static async Task<Results<Ok<ApiPage<VersionReply>>, ProblemHttpResult>> VersionsAsync(
        ProjectGrant grant, int id, Paging paging, HttpRequest request, AutomationQueries automations, CancellationToken cancellationToken) =>
        await automations.FindAsync(grant.ProjectId, id, cancellationToken) is null ? NotFound
            : TypedResults.Ok(paging.PageOf(request, [.. (await automations.VersionsAsync(grant.ProjectId, id, cancellationToken)).Select(version => new VersionReply(
                version.Number, JsonElement.Parse(AutomationJson.Write(version.Definition)), version.PublishedBy, version.PublishedAt))]));

    static async Task<Results<Ok<MetricsReply>, ProblemHttpResult>> MetricsAsync(
        ProjectGrant grant, int id, AutomationQueries automations, CancellationToken cancellationToken, [FromQuery] int? version = null)
    {
        if (await automations.FindAsync(grant.ProjectId, id, cancellationToken) is null)
        {
            return NotFound;
        }
        var metrics = await automations.MetricsAsync(grant.ProjectId, id, version, cancellationToken);
        return TypedResults.Ok(new MetricsReply(
            metrics.Started, metrics.Converted, metrics.Runs.ToDictionary(pair => Words.Of(pair.Key), pair => pair.Value),
            [.. metrics.Steps.Select(step => new StepCountReply(step.StepId, Words.Of(step.State), step.Count))]));
    }

    static async Task<Results<ContentHttpResult, ProblemHttpResult>> ExportAsync(
        ProjectGrant grant, int id, AutomationQueries automations, CancellationToken cancellationToken, [FromQuery] string format = "yaml") =>
        format is not ("yaml" or "json") ? ApiProblem.Invalid("format", "A format is yaml or json.")
        : await automations.FindAsync(grant.ProjectId, id, cancellationToken) is not { } found ? NotFound
        : format == "yaml" ? TypedResults.Text(AutomationFiles.Export(found.Settings), "application/yaml") : TypedResults.Text(AutomationFiles.ExportJson(found.Settings), "application/json");

    static async Task<Results<Ok<TestReply>, ProblemHttpResult>> TestAsync(
        ProjectGrant grant, int id, JsonElement body, AutomationQueries automations, AutomationTest test, CancellationToken cancellationToken)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.Invalid("body", "Send an object.");
        }
        if (await automations.FindAsync(grant.ProjectId, id, cancellationToken) is not { } found)
        {
            return NotFound;
        }
        Guid? uuid = null;
        if (body.TryGetProperty("event", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            if (given.ValueKind != JsonValueKind.String || !Guid.TryParse(given.GetString(), out var parsed))
            {
                return ApiProblem.Invalid("event", "An event is named by its uuid.");
            }
            uuid = parsed;
        }
        var request = new AutomationTestRequest(uuid, TextOf(body, "distinct_id"), IsTrue(body, "has_effect"), IsTrue(body, "takes_timeouts"));
        return (await test.RunAsync(grant, id, found.Settings.Definition, request, cancellationToken)).Match<Results<Ok<TestReply>, ProblemHttpResult>>(
            result => TypedResults.Ok(new TestReply(result.Fits, result.Ending, [.. result.Steps.Select(TestedStepReply.Of)])), refusal => ApiProblem.From(refusal));
    }

    static async Task<Results<Ok<SimulationResult>, ProblemHttpResult>> SimulateAsync(
        ProjectGrant grant, int id, AutomationQueries automations, AutomationSimulation simulation, CancellationToken cancellationToken, [FromQuery] int days = 7) =>
        await automations.FindAsync(grant.ProjectId, id, cancellationToken) is not { } found ? NotFound
            : (await simulation.RunAsync(grant, found.Settings.Definition, days, cancellationToken)).Match<Results<Ok<SimulationResult>, ProblemHttpResult>>(
                result => TypedResults.Ok(result), refusal => ApiProblem.From(refusal));

    static async Task<Results<Accepted<StartedReply>, ProblemHttpResult>> StartAsync(ProjectGrant grant, int id, JsonElement body, AutomationRuns runs, CancellationToken cancellationToken)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return ApiProblem.Invalid("body", "Send an object.");
        }
        var data = body.TryGetProperty("data", out var given) && given.ValueKind == JsonValueKind.Object ? JsonObject.Create(given) : null;
        return (await runs.StartAsync(grant, id, TextOf(body, "distinct_id"), data, cancellationToken)).Match<Results<Accepted<StartedReply>, ProblemHttpResult>>(
            started => TypedResults.Accepted((string?)null, new StartedReply(started)), refusal => ApiProblem.From(refusal));
    }

    static async Task<Ok<MessageRulesReply>> RulesAsync(ProjectGrant grant, MessageRulesBook book, CancellationToken cancellationToken) =>
        TypedResults.Ok(MessageRulesReply.Of(await book.FindAsync(grant.ProjectId, cancellationToken)));

    static async Task<Results<Ok<MessageRulesReply>, ProblemHttpResult>> SaveRulesAsync(ProjectGrant grant, JsonElement body, MessageRulesBook book, CancellationToken cancellationToken)
    {
        try
        {
            if (body.ValueKind != JsonValueKind.Object || body.Deserialize<MessageRules>(AutomationJson.Options) is not { OptOutProperty: not null } rules)
            {
                return ApiProblem.Invalid("body", "Send an object.");
            }
            return (await book.SaveAsync(grant, rules, cancellationToken)).Match<Results<Ok<MessageRulesReply>, ProblemHttpResult>>(
                saved => TypedResults.Ok(MessageRulesReply.Of(saved)), refusal => ApiProblem.From(refusal));
        }
        catch (JsonException failure)
        {
            return ApiProblem.Invalid(failure.Path?.TrimStart('$', '.'), DefinitionShape.WordsOf(failure));
        }
    }

    static string? TextOf(JsonElement body, string name) => body.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    static bool IsTrue(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    static AutomationReply ReplyOf(ProjectGrant grant, Automation automation) => AutomationReply.Of(automation, grant.Allows(Resource.Automation, Level.Write));

    static ProblemHttpResult NotFound => ApiProblem.NotFound("Automation not found.");
}
