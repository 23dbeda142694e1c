using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Insights.Running;
using Prickle.Insights.Saved;
using Prickle.Sql;
using Prickle.Storage;

namespace Prickle.Insights;

/// <summary>The insights that a project keeps. Changes go into the activity log, which is their history.</summary>
public sealed class SavedInsights(
    IDbContextFactory<PrickleDatabase> databases, InsightQuestions questions, NamedThings named, InsightNames names, ActivityLog activity,
    TimeProvider time, IEnumerable<IInsightUses> uses)
{
    static readonly Refusal Gone = Refusal.NotFound("Insight not found.");

    public async Task<InsightList> ListAsync(int projectId, InsightListFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = Matching(database.Set<InsightRow>().AsNoTracking().Where(row => row.ProjectId == projectId), filter);
        var count = await rows.LongCountAsync(cancellationToken);
        var page = await Ordered(rows, filter.Order).Skip(offset).Take(limit).ToListAsync(cancellationToken);
        return new InsightList(count, page.ConvertAll(row => row.ToInsight()));
    }

    /// <summary>An insight by its short id or its number; deleted ones too.</summary>
    public async Task<SavedInsight?> FindAsync(int projectId, string id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return (await FindRowAsync(database, projectId, id, cancellationToken))?.ToInsight();
    }

    public async Task<Outcome<SavedInsight>> CreateAsync(ProjectGrant grant, InsightDraft draft, CancellationToken cancellationToken) =>
        await RefusalOfNamesAsync(grant, draft, cancellationToken) is { } refusal ? refusal : await KeepAsync(grant, draft, cancellationToken);

    async Task<Outcome<SavedInsight>> KeepAsync(ProjectGrant grant, InsightDraft draft, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var added = Add(database, grant, draft, await TitleOfAsync(grant, draft.Name, draft.Query, cancellationToken));
        if (added is Outcome<Func<SavedInsight>>.Done)
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        return added.Match<Outcome<SavedInsight>>(saved => saved(), refusal => refusal);
    }

    /// <summary>Adds an insight to a change that the caller saves; the insight can be read afterwards.</summary>
    /// <param name="title">What the activity log calls it; its name where nothing is said.</param>
    public Outcome<Func<SavedInsight>> Add(PrickleDatabase database, ProjectGrant grant, InsightDraft draft, string? title = null)
    {
        if ((RefusalOf(grant) ?? RefusalOfSql(grant, draft.Query) ?? DraftCheck.Of(draft, questions)) is { } refusal)
        {
            return refusal;
        }
        var row = new InsightRow
        {
            ProjectId = grant.ProjectId,
            ShortId = LinkSecret.NewShortId(),
            CreatedById = grant.Actor.UserId,
            CreatedBy = grant.Actor.Email,
            CreatedAt = time.GetUtcNow(),
        };
        Apply(draft, row, grant);
        database.Add(row);
        activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Created, Resource.Insight, row.ShortId, title ?? row.Name) with { After = draft });
        return new Outcome<Func<SavedInsight>>.Done(row.ToInsight);
    }

    /// <summary>Changes what an insight asks, as part of a change that the caller saves; false when there is no such insight.</summary>
    public async Task<Outcome<bool>> SetQueryAsync(
        PrickleDatabase database, ProjectGrant grant, int insightId, JsonElement query, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(database, grant.ProjectId, insightId.ToString(CultureInfo.InvariantCulture), cancellationToken) is not { } row)
        {
            return false;
        }
        var before = InsightDraft.Of(row.ToInsight());
        var draft = before with { Query = query };
        if ((RefusalOf(grant) ?? RefusalOfSql(grant, query) ?? DraftCheck.Of(draft, questions)) is { } refusal)
        {
            return refusal;
        }
        Apply(draft, row, grant);
        activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Insight, row.ShortId, row.Name) with { Before = before, After = draft });
        return true;
    }

    /// <summary>Insights by their numbers, deleted ones left out.</summary>
    public async Task<IReadOnlyDictionary<int, SavedInsight>> OfAsync(int projectId, IReadOnlyCollection<int> ids, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Set<InsightRow>().AsNoTracking()
            .Where(row => row.ProjectId == projectId && !row.Deleted && ids.Contains(row.Id)).ToListAsync(cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.ToInsight());
    }

    /// <summary>What is wrong with an insight that is about to be kept; null when nothing is.</summary>
    public Refusal? Check(InsightDraft draft) => DraftCheck.Of(draft, questions);

    public async Task<Outcome<SavedInsight>> UpdateAsync(ProjectGrant grant, string id, InsightDraft draft, CancellationToken cancellationToken)
    {
        if ((RefusalOf(grant) ?? DraftCheck.Of(draft, questions)) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindRowAsync(database, grant.ProjectId, id, cancellationToken) is not { } row)
        {
            return Gone;
        }
        var before = InsightDraft.Of(row.ToInsight());
        // What it named may have been deleted since: only another question is checked for that.
        if (before.Query.GetRawText() != draft.Query.GetRawText()
            && (RefusalOfSql(grant, draft.Query) ?? await RefusalOfNamesAsync(grant, draft, cancellationToken)) is { } wrong)
        {
            return wrong;
        }
        var verb = before.Deleted == draft.Deleted ? ActivityVerb.Updated : draft.Deleted ? ActivityVerb.Deleted : ActivityVerb.Restored;
        Apply(draft, row, grant);
        var title = await TitleOfAsync(grant, row.Name, draft.Query, cancellationToken);
        activity.Add(database, ActivityEntry.In(grant, verb, Resource.Insight, row.ShortId, title) with { Before = before, After = draft });
        await database.SaveChangesAsync(cancellationToken);
        return row.ToInsight();
    }

    public async Task<Outcome<SavedInsight>> DuplicateAsync(ProjectGrant grant, string id, CancellationToken cancellationToken) =>
        await FindAsync(grant.ProjectId, id, cancellationToken) is { Deleted: false } insight
            ? await KeepAsync(
                grant, InsightDraft.Of(insight) with { Name = insight.Name.Length == 0 ? "" : $"{insight.Name} (copy)", Favorited = false }, cancellationToken)
            : Gone;

    /// <summary>Hides it; it can be restored.</summary>
    public async Task<Outcome<SavedInsight>> DeleteAsync(ProjectGrant grant, string id, CancellationToken cancellationToken) =>
        await FindAsync(grant.ProjectId, id, cancellationToken) is { } insight
            ? await UpdateAsync(grant, id, InsightDraft.Of(insight) with { Deleted = true }, cancellationToken)
            : Gone;

    /// <summary>A new link's secret, given this once; the link before it stops.</summary>
    public Task<Outcome<string>> ShareAsync(ProjectGrant grant, string id, CancellationToken cancellationToken) =>
        SetLinkAsync(grant, id, LinkSecret.New(), cancellationToken);

    /// <summary>Stops the link.</summary>
    public Task<Outcome<string>> UnshareAsync(ProjectGrant grant, string id, CancellationToken cancellationToken) =>
        SetLinkAsync(grant, id, "", cancellationToken);

    /// <summary>Where it is used.</summary>
    public async Task<IReadOnlyList<InsightUse>> UsesAsync(int projectId, int insightId, CancellationToken cancellationToken)
    {
        List<InsightUse> all = [];
        foreach (var one in uses)
        {
            all.AddRange(await one.OfAsync(projectId, insightId, cancellationToken));
        }
        return all;
    }

    // Without a name it goes by what it asks.
    Task<string> TitleOfAsync(ProjectGrant grant, string name, JsonElement query, CancellationToken cancellationToken) =>
        names.TitleOfAsync(grant.ProjectId, name.Trim(), query, cancellationToken);

    async Task<Refusal?> RefusalOfNamesAsync(ProjectGrant grant, InsightDraft draft, CancellationToken cancellationToken) =>
        DraftCheck.Of(draft, questions) is null && InsightJson.Read(draft.Query, out _) is { } query
            ? await named.RefusalOfAsync(grant.Project, query, questions.Of(query), cancellationToken) : null;

    async Task<Outcome<string>> SetLinkAsync(ProjectGrant grant, string id, string secret, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refusal)
        {
            return refusal;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindRowAsync(database, grant.ProjectId, id, cancellationToken) is not { Deleted: false } row)
        {
            return Gone;
        }
        var before = row.ShareHash is not null;
        row.ShareHash = secret.Length == 0 ? null : LinkSecret.Hash(secret);
        var title = await TitleOfAsync(grant, row.Name, JsonElement.Parse(row.Query), cancellationToken);
        activity.Add(database, ActivityEntry.In(grant, ActivityVerb.Updated, Resource.Insight, row.ShortId, title) with
        {
            Before = new { Shared = before },
            After = new { Shared = row.ShareHash is not null },
        });
        await database.SaveChangesAsync(cancellationToken);
        return secret;
    }

    // Links and mails run what is kept for people who may run nothing themselves: a key without the scope must not get around it by them.
    static Refusal? RefusalOfSql(Grant grant, JsonElement query) =>
        AnswerSqlQuery.Handles(DraftCheck.KindOf(query)) && !grant.Allows(Resource.Query, Level.Read)
            ? Refusal.Denied("A statement is kept by those who may run it.") : null;

    static Refusal? RefusalOf(Grant grant) => grant.Allows(Resource.Insight, Level.Write) ? null : Refusal.Denied("You may see insights and not change them.");

    static Task<InsightRow?> FindRowAsync(PrickleDatabase database, int projectId, string id, CancellationToken cancellationToken)
    {
        var number = int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1;
        return database.Set<InsightRow>().FirstOrDefaultAsync(
            row => row.ProjectId == projectId && (row.ShortId == id || row.Id == number), cancellationToken);
    }

    void Apply(InsightDraft draft, InsightRow row, ProjectGrant grant)
    {
        row.Name = draft.Name.Trim();
        row.Description = draft.Description;
        row.Tags = [.. draft.Tags.Select(tag => tag.Trim()).Where(tag => tag.Length > 0).Distinct()];
        row.Favorited = draft.Favorited;
        row.Kind = DraftCheck.KindOf(draft.Query);
        row.Query = draft.Query.GetRawText();
        row.Deleted = draft.Deleted;
        row.LastModifiedBy = grant.Actor.Email;
        row.LastModifiedAt = time.GetUtcNow();
        if (draft.Deleted)
        {
            row.ShareHash = null;
        }
    }

    static IQueryable<InsightRow> Matching(IQueryable<InsightRow> rows, InsightListFilter filter)
    {
        rows = rows.Where(row => row.Deleted == filter.Deleted);
        if (filter.Search?.Trim() is { Length: > 0 } search)
        {
            var pattern = $"%{Escape(search.ToLowerInvariant())}%";
            rows = rows.Where(row => EF.Functions.Like(row.Name.ToLower(), pattern, "\\") || EF.Functions.Like(row.Description.ToLower(), pattern, "\\"));
        }
        if (filter.Kind is { Length: > 0 } kind)
        {
            rows = rows.Where(row => row.Kind == kind);
        }
        if (filter.FavoritesOnly)
        {
            rows = rows.Where(row => row.Favorited);
        }
        if (filter.CreatedBy is { } user)
        {
            rows = rows.Where(row => row.CreatedById == user);
        }
        if (filter.Tag is { Length: > 0 } tag)
        {
            rows = rows.Where(row => row.Tags.Contains(tag));
        }
        return rows;
    }

    static IQueryable<InsightRow> Ordered(IQueryable<InsightRow> rows, string order) => order switch
    {
        "name" => rows.OrderBy(row => row.Name).ThenBy(row => row.Id),
        "-name" => rows.OrderByDescending(row => row.Name).ThenByDescending(row => row.Id),
        "created_at" => rows.OrderBy(row => row.CreatedAt).ThenBy(row => row.Id),
        "-created_at" => rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id),
        "last_modified_at" => rows.OrderBy(row => row.LastModifiedAt).ThenBy(row => row.Id),
        _ => rows.OrderByDescending(row => row.LastModifiedAt).ThenByDescending(row => row.Id),
    };

    static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
