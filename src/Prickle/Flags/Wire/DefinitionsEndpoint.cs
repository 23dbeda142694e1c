using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Cohorts;
using Prickle.Filters;
using Prickle.Flags.Definition;
using Prickle.Flags.Evaluation;

namespace Prickle.Flags.Wire;

/// <summary>
/// <c>/flags/definitions</c>, and its older path: all flags with their conditions, for SDKs of servers that evaluate
/// themselves. They ask every half minute; mostly the answer is that nothing has changed.
/// </summary>
sealed class DefinitionsEndpoint(FlagDirectory directory, ProjectDirectory projects, ProjectAccess access)
{
    public void Map(IEndpointRouteBuilder app)
    {
        // No project in the path: SDKs name it by its token.
        var routes = app.MapGroup("").WithMetadata(new ApiEndpoint(ApiTarget.Account)).Requires(Resource.FeatureFlag, Level.Read)
            .WithMetadata(new OpenToProjectSecretKey(), new PolledEndpoint()).ExcludeFromDescription().DisableValidation();
        routes.MapGet("/flags/definitions", HandleAsync);
        routes.MapGet("/api/feature_flag/local_evaluation", HandleAsync);
    }

    async Task HandleAsync(HttpContext context, Actor actor)
    {
        // Pages of any site may ask below /flags: a browser's cookie is no answer here.
        if (actor.Key is null)
        {
            await ApiProblem.Forbidden("Definitions are given to programs, by a personal API key or a project's secret key.").ExecuteAsync(context);
            return;
        }
        var token = context.Request.Query["token"].ToString();
        var grant = token.Length > 0
            ? await projects.FindByTokenAsync(token, context.RequestAborted) is { } project ? await access.FindAsync(actor, project.Id, context.RequestAborted) : null
            : await access.FindAsync(actor, ProjectAccess.Current, context.RequestAborted);
        if (grant is null)
        {
            await ApiProblem.NotFound("Project not found.").ExecuteAsync(context);
            return;
        }
        if (!grant.Allows(Resource.FeatureFlag, Level.Read))
        {
            await ApiProblem.Forbidden("You may not read feature flags here.").ExecuteAsync(context);
            return;
        }
        var kept = await directory.KeptAsync(grant.ProjectId, context.RequestAborted);
        var (body, tag) = kept.Written.GetOrAdd(context.Request.Query.ContainsKey("send_cohorts"), Write, kept);
        var response = context.Response;
        response.GetTypedHeaders().ETag = tag;
        response.Headers.CacheControl = "private, must-revalidate";
        // Weakly: some SDKs lose the mark in front.
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    static WrittenDefinitions Write(bool withCohorts, FlagDirectory.Kept kept)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("flags");
        foreach (var flag in kept.Flags.All.Where(flag => flag.Flag.Problem is null))
        {
            WriteFlag(writer, flag, kept.Flags);
        }
        writer.WriteEndArray();
        writer.WriteStartObject("group_type_mapping");
        foreach (var (index, name) in kept.Flags.GroupTypes.OrderBy(pair => pair.Key))
        {
            writer.WriteString(index.ToString(CultureInfo.InvariantCulture), name);
        }
        writer.WriteEndObject();
        writer.WriteStartObject("cohorts");
        foreach (var (id, settings) in withCohorts ? Cohorts(kept) : [])
        {
            writer.WritePropertyName(id.ToString(CultureInfo.InvariantCulture));
            WriteCohort(writer, settings.Filters.Properties);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return new WrittenDefinitions(
            buffer.WrittenSpan.ToArray(), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan)[..16])}\"", isWeak: true));
    }

    static void WriteFlag(Utf8JsonWriter writer, CompiledFlag compiled, CompiledFlags all)
    {
        var (flag, settings) = (compiled.Flag, compiled.Flag.Settings);
        writer.WriteStartObject();
        writer.WriteNumber("id", flag.Id);
        writer.WriteNumber("team_id", flag.ProjectId);
        writer.WriteString("name", settings.Name);
        writer.WriteString("key", flag.Key);
        writer.WritePropertyName("filters");
        FlagFiltersWriter.Write(writer, Evaluated(settings), property => ChainOf(property, compiled, all));
        writer.WriteBoolean("deleted", false);
        writer.WriteBoolean("active", settings.Active);
        // What people chose no SDK knows how to judge: said so, it asks the server.
        writer.WriteBoolean("ensure_experience_continuity", settings.EnsureExperienceContinuity || settings.Filters.IsEnrollment);
        writer.WriteString("bucketing_identifier", settings.BucketingIdentifier);
        writer.WriteNumber("version", flag.Version);
        writer.WriteString("evaluation_runtime", settings.EvaluationRuntime);
        writer.WriteStartArray("evaluation_contexts");
        foreach (var context in settings.EvaluationContexts)
        {
            writer.WriteStringValue(context);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // As conditions of flags are written: SDKs compare a number with one value, not with a list of one.
    static void WriteCohort(Utf8JsonWriter writer, CohortCriterion criterion)
    {
        switch (criterion)
        {
            case CohortGroup group:
                writer.WriteStartObject();
                writer.WriteString("type", group.Join == FilterJoin.And ? "AND" : "OR");
                writer.WriteStartArray("values");
                foreach (var inner in group.Members)
                {
                    WriteCohort(writer, inner);
                }
                writer.WriteEndArray();
                writer.WriteEndObject();
                break;
            case PersonCriterion person:
                FlagFiltersWriter.WriteProperty(writer, FlagFilterForm.FromFilter(person.Filter with { Type = FlagPropertyTypes.Person }));
                break;
            case MembershipCriterion membership:
                var member = new FlagProperty("id", FlagPropertyTypes.Cohort, "exact", JsonSerializer.SerializeToElement(membership.CohortId));
                FlagFiltersWriter.WriteProperty(writer, member with { IsNegated = membership.IsNegated });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(criterion), criterion, "Cohorts of what people did are not sent.");
        }
    }

    // SDKs know no flag that asks nothing: for them it is one that everybody gets.
    static FlagFilters Evaluated(FlagSettings settings) =>
        settings.IsRemoteConfiguration ? settings.Filters with { Groups = [new FlagCondition { RolloutPercentage = 100 }] } : settings.Filters;

    /// <summary>What to evaluate before, and the flag itself last; empty where the way leads round or to nothing.</summary>
    static IReadOnlyList<string> ChainOf(FlagProperty property, CompiledFlag from, CompiledFlags all)
    {
        var on = all.Find(property.Key) ?? all.All.FirstOrDefault(flag => flag.Flag.Id.ToString(CultureInfo.InvariantCulture) == property.Key);
        return on is null || on.Problem is not null || from.Problem is not null ? [] : [.. on.Dependencies.Select(flag => flag.Key), on.Key];
    }

    /// <summary>Those that can be judged by properties; without the others SDKs ask the server.</summary>
    static IEnumerable<KeyValuePair<int, CohortSettings>> Cohorts(FlagDirectory.Kept kept)
    {
        var wanted = new HashSet<int>();
        foreach (var id in kept.Flags.All.SelectMany(flag => FlagCheck.CohortsOf(flag.Flag.Settings.Filters)))
        {
            Add(id);
        }
        return kept.Cohorts.Where(cohort => wanted.Contains(cohort.Key)).OrderBy(cohort => cohort.Key);

        void Add(int id)
        {
            if (kept.Cohorts.TryGetValue(id, out var settings) && !CompiledCohort.IsLookedUp(settings) && wanted.Add(id))
            {
                foreach (var inner in settings.Filters.Properties.Cohorts)
                {
                    Add(inner);
                }
            }
        }
    }
}

/// <summary>Definitions as they are sent.</summary>
sealed record WrittenDefinitions(byte[] Body, EntityTagHeaderValue Tag);
