using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Insights;
using Prickle.Storage;
using Prickle.Templates.BuiltIn;
using Prickle.Templates.Linting;
using Prickle.Templates.Storage;

namespace Prickle.Templates;

/// <summary>The templates that a project can use: those of the product, of its organization, and its own.</summary>
public sealed class TemplateBook(IDbContextFactory<PrickleDatabase> databases, SavedInsights insights, ActivityLog activity, TimeProvider time)
{
    static readonly Refusal Gone = Refusal.NotFound("Template not found.");

    readonly TemplateLint _lint = new(insights);

    /// <summary>Everything that is wrong with a template; none when it can be used.</summary>
    public IReadOnlyList<TemplateProblem> Lint(JsonElement json)
    {
        _lint.Read(json, out var problems);
        return problems;
    }

    /// <summary>The newest version of each template, featured ones first, then by name.</summary>
    /// <param name="search">Part of the name, the description or a tag.</param>
    public async Task<IReadOnlyList<KnownTemplate>> ListAsync(
        Project project, string? search, string? tag, TemplateScope? scope, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await Seen(database, project).AsNoTracking().Where(row => !row.IsDeleted).ToListAsync(cancellationToken);
        var own = rows.GroupBy(row => row.Key).Select(versions => versions.MaxBy(row => row.Version)!.ToKnown());
        return [.. BuiltInTemplates.Newest.Concat(own)
            .Where(known => scope is null || known.Scope == scope)
            .Where(known => string.IsNullOrEmpty(tag) || known.Template.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
            .Where(known => string.IsNullOrWhiteSpace(search) || Mentions(known.Template, search.Trim()))
            .OrderByDescending(known => known.Template.Featured).ThenBy(known => known.Template.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>A template by its key.</summary>
    /// <param name="version">Null for the newest that is not deleted; a version is found even when it is.</param>
    public async Task<KnownTemplate?> FindAsync(Project project, string key, int? version, CancellationToken cancellationToken)
    {
        if (BuiltInTemplates.Keys.Contains(key))
        {
            return BuiltInTemplates.All.LastOrDefault(known => known.Template.Key == key && (version is null || known.Template.Version == version));
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await Seen(database, project).AsNoTracking()
            .Where(row => row.Key == key && (version == null ? !row.IsDeleted : row.Version == version))
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellationToken);
        return row?.ToKnown();
    }

    /// <summary>Keeps a template: a new one, or the next version of one with its key. Its version is set here.</summary>
    public async Task<Outcome<KnownTemplate>> SaveAsync(ProjectGrant grant, JsonElement json, TemplateScope scope, CancellationToken cancellationToken)
    {
        if (_lint.Read(json, out var problems) is not { } template)
        {
            return Refusal.Invalid(problems[0].Path, problems[0].Message);
        }
        if (RefusalOf(grant, scope) is { } refusal)
        {
            return refusal;
        }
        if (BuiltInTemplates.Keys.Contains(template.Key))
        {
            return Refusal.Denied("A template that comes with the product cannot be changed. Give yours another key.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var seen = await Seen(database, grant.Project).ToListAsync(cancellationToken);
        var versions = seen.Where(row => row.Key == template.Key).ToList();
        if (versions.FirstOrDefault(row => !row.IsDeleted && row.Scope != scope) is { } elsewhere)
        {
            return Refusal.Invalid("$.key", $"The {(elsewhere.Scope == TemplateScope.Organization ? "organization" : "project")} has a template {template.Key} already.");
        }
        if (seen.Any(row => !row.IsDeleted && row.Key != template.Key && string.Equals(row.Name, template.Name.Trim(), StringComparison.OrdinalIgnoreCase))
            || BuiltInTemplates.Newest.Any(known => string.Equals(known.Template.Name, template.Name.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            return Refusal.Invalid("$.name", $"There is a template named {template.Name.Trim()} already.");
        }
        var next = template with { Version = versions.Select(row => row.Version).DefaultIfEmpty().Max() + 1, Name = template.Name.Trim(), Featured = false };
        var row = new TemplateRow
        {
            OrganizationId = grant.Project.OrganizationId,
            ProjectId = grant.ProjectId,
            Scope = scope,
            Key = next.Key,
            Version = next.Version,
            Name = next.Name,
            Template = TemplateJson.Write(next).GetRawText(),
            CreatedBy = grant.Actor.Email,
            CreatedAt = time.GetUtcNow(),
        };
        database.Add(row);
        var verb = versions.Exists(one => !one.IsDeleted) ? ActivityVerb.Updated : ActivityVerb.Created;
        activity.Add(database, ActivityEntry.In(grant, verb, Resource.DashboardTemplate, next.Key, next.Name) with { After = new { next.Version, Scope = scope } });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToKnown();
    }

    /// <summary>Offers it no longer. Dashboards made from it stay as they are.</summary>
    public async Task<Outcome<bool>> DeleteAsync(ProjectGrant grant, string key, CancellationToken cancellationToken)
    {
        if (BuiltInTemplates.Keys.Contains(key))
        {
            return Refusal.Denied("A template that comes with the product cannot be deleted.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await Seen(database, grant.Project).Where(row => row.Key == key && !row.IsDeleted).ToListAsync(cancellationToken);
        if (rows.Count == 0)
        {
            return Gone;
        }
        if (RefusalOf(grant, rows[0].Scope) is { } refusal)
        {
            return refusal;
        }
        rows.ForEach(row => row.IsDeleted = true);
        activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Deleted, Resource.DashboardTemplate, key, rows[^1].Name));
        await database.SaveChangesAsync(cancellationToken);
        return true;
    }

    static Refusal? RefusalOf(ProjectGrant grant, TemplateScope scope) => scope switch
    {
        _ when !grant.Allows(Resource.DashboardTemplate, Level.Write) => Refusal.Denied("You may use templates and not change them."),
        TemplateScope.BuiltIn => Refusal.Denied("Only the product brings templates for everybody."),
        TemplateScope.Organization when grant.Role < Role.Admin => Refusal.Denied("Templates of the organization are changed by its admins."),
        _ => null,
    };

    static IQueryable<TemplateRow> Seen(PrickleDatabase database, Project project)
    {
        var (organizationId, projectId) = (project.OrganizationId, project.Id);
        return database.Set<TemplateRow>().Where(row => row.OrganizationId == organizationId
            && (row.ProjectId == projectId || row.Scope == TemplateScope.Organization));
    }

    static bool Mentions(DashboardTemplate template, string search) =>
        template.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || template.Description.Contains(search, StringComparison.OrdinalIgnoreCase)
        || template.Tags.Any(tag => tag.Contains(search, StringComparison.OrdinalIgnoreCase));
}
