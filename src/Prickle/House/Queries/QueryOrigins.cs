using System.Globalization;
using System.Text.RegularExpressions;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Dashboards;
using Prickle.House.Comparing;
using Prickle.House.Console;
using Prickle.Insights;
using Prickle.Shell;

namespace Prickle.House.Queries;

/// <summary>
/// Finds what of Prickle asked a statement, by what is noted in <c>log_comment</c> (see <see cref="StatementNotes"/>). Names are told
/// to those who may see what bears them.
/// </summary>
sealed partial class QueryOrigins(ProjectAccess access, SavedInsights insights, InsightNames names, DashboardBook dashboards, Members members)
{
    /// <summary>Null for what others asked.</summary>
    /// <param name="grant">Of whoever looks.</param>
    /// <param name="queryId">The statement's id in the log.</param>
    /// <param name="comment">Its <c>log_comment</c>.</param>
    public async Task<QueryOrigin?> FindAsync(OrganizationGrant grant, string queryId, string comment, CancellationToken cancellationToken)
    {
        var notes = StatementNotes.Read(comment);
        if (WhatOf(queryId, notes) is not { } what)
        {
            return null;
        }
        List<OriginPart> parts = [.. await ThingsAsync(grant, what, notes, cancellationToken)];
        if (await PersonAsync(grant, notes, cancellationToken) is { } person)
        {
            parts.Add(person);
        }
        return new QueryOrigin(parts);
    }

    // What there is to say without any name.
    static string? WhatOf(string queryId, IReadOnlyDictionary<string, string> notes) => notes.GetValueOrDefault("part") switch
    {
        "insight" => $"A {KindOf(notes)} question that is not kept",
        "sql" => "A statement of the SQL console",
        "automation" => "An automation",
        "console" => "The console of House",
        _ when queryId.StartsWith(OperatorConsole.QueryIds, StringComparison.Ordinal) => "The console of House",
        _ when queryId.StartsWith(Comparison.QueryIds, StringComparison.Ordinal) => "A comparison in House",
        _ when ByProduct.IsMatch(queryId) => "A question to Prickle",
        _ => notes.Count > 0 ? "A page of Prickle" : null,
    };

    // TrendsQuery → trends.
    static string KindOf(IReadOnlyDictionary<string, string> notes) => notes.GetValueOrDefault("kind", "").Replace("Query", "", StringComparison.Ordinal).ToLowerInvariant();

    async Task<IReadOnlyList<OriginPart>> ThingsAsync(OrganizationGrant grant, string what, IReadOnlyDictionary<string, string> notes, CancellationToken cancellationToken)
    {
        if (!int.TryParse(notes.GetValueOrDefault("project"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return [new OriginPart(what)];
        }
        if (await access.FindAsync(grant.Actor, number, cancellationToken) is not { } project || project.Project.OrganizationId != grant.OrganizationId)
        {
            return [new OriginPart(what), new OriginPart("in a project that you do not see")];
        }
        List<OriginPart> parts = [];
        if (notes.TryGetValue("automation", out var automation))
        {
            parts.Add(new OriginPart("Automation", automation, ProjectAddress.Of(number, $"automations/{automation}")));
        }
        if (notes.TryGetValue("insight", out var insight))
        {
            parts.Add(await InsightAsync(project, insight, cancellationToken));
        }
        if (parts.Count == 0)
        {
            parts.Add(new OriginPart(what, "", notes.GetValueOrDefault("part") == "sql" ? ProjectAddress.Of(number, "sql") : null));
        }
        if (int.TryParse(notes.GetValueOrDefault("dashboard"), NumberStyles.None, CultureInfo.InvariantCulture, out var dashboard))
        {
            parts.Add(await DashboardAsync(project, dashboard, cancellationToken));
        }
        parts.Add(new OriginPart("in", project.Project.Name, ProjectAddress.Of(number, "")));
        return parts;
    }

    async Task<OriginPart> InsightAsync(ProjectGrant grant, string shortId, CancellationToken cancellationToken)
    {
        if (await insights.FindAsync(grant.ProjectId, shortId, cancellationToken) is not { Deleted: false } found)
        {
            return new OriginPart("An insight that was deleted");
        }
        var name = await names.TitleOfAsync(grant.ProjectId, found.Name, found.Query, cancellationToken);
        return new OriginPart("Insight", name, ProjectAddress.Of(grant.ProjectId, $"insights/{found.ShortId}"));
    }

    async Task<OriginPart> DashboardAsync(ProjectGrant grant, int id, CancellationToken cancellationToken) =>
        await dashboards.FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is { Deleted: false } found
            ? new OriginPart("on the dashboard", found.Name, ProjectAddress.Of(grant.ProjectId, $"dashboards/{id}"))
            : new OriginPart("on a dashboard that was deleted");

    async Task<OriginPart?> PersonAsync(OrganizationGrant grant, IReadOnlyDictionary<string, string> notes, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(notes.GetValueOrDefault("person"), out var id))
        {
            return notes.ContainsKey("subscription") ? new OriginPart("for a subscription") : notes.Count > 0 ? new OriginPart("for nobody who is signed in") : null;
        }
        var word = notes.ContainsKey("by") ? "by a key of" : "for";
        var member = (await members.ListAsync(grant, cancellationToken)).FirstOrDefault(one => one.UserId == id);
        return new OriginPart(word, member is null ? "somebody who is not of this organization" : member.Name.Length > 0 ? member.Name : member.Email);
    }

    [GeneratedRegex(@"\A(sql-\d{1,9}-|insight-)")]
    static partial Regex ByProduct { get; }
}
