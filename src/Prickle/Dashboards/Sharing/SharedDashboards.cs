using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Api;
using Prickle.Dashboards.Storage;
using Prickle.Insights;
using Prickle.Storage;

namespace Prickle.Dashboards.Sharing;

/// <summary>What a link gives to anybody who has it: one dashboard and its answers, and nothing else of the project.</summary>
public sealed class SharedDashboards(
    IDbContextFactory<PrickleDatabase> databases, ProjectDirectory projects, DashboardBook book, InsightNames names, DashboardAnswers answers, TimeProvider time)
{
    // Passwords of links are chosen by people and shared among many: whoever guesses gets a few tries, and so does everybody else meanwhile.
    readonly RequestBudget _guesses = new(time, TimeSpan.FromMinutes(5), 20);

    static readonly Refusal Gone = Refusal.NotFound("This link leads nowhere, has ended or was stopped.");

    /// <summary>The dashboard of a link. Refused as <see cref="RefusalReason.WrongPassword"/> where it wants a password and got none, or another.</summary>
    public async Task<Outcome<SharedDashboard>> OpenAsync(string token, string? password, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > 100)
        {
            return Gone;
        }
        var hash = LinkSecret.Hash(token);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<DashboardRow>().AsNoTracking().SingleOrDefaultAsync(row => row.ShareHash == hash && !row.Deleted, cancellationToken) is not { } row
            || row.ShareExpiresAt <= time.GetUtcNow()
            || await projects.FindAsync(row.ProjectId, cancellationToken) is not { } project)
        {
            return Gone;
        }
        if (row.SharePassword is { } wanted && WhyNot(hash, wanted, password) is { } refusal)
        {
            return refusal;
        }
        if (await book.FindAsync(row.ProjectId, row.Id, null, cancellationToken) is not { } dashboard)
        {
            return Gone;
        }
        var called = await names.OfAsync(project.Id, dashboard.Tiles.Select(tile => tile.Insight).OfType<SavedInsight>(), cancellationToken);
        return new SharedDashboard(project, dashboard, called);
    }

    /// <summary>The answer of one of its insight tiles; as old as answers of links may be.</summary>
    public async Task<Outcome<(string Name, InsightAnswer Answer)>> AnswerAsync(string token, string? password, int tileId, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(token, password, cancellationToken);
        if (opened is not Outcome<SharedDashboard>.Done { Value: var shared })
        {
            return ((Outcome<SharedDashboard>.Refused)opened).Refusal;
        }
        if (shared.Dashboard.Tiles.FirstOrDefault(tile => tile.Id == tileId && tile.Kind == TileKind.Insight) is not { } tile)
        {
            return Refusal.NotFound("The dashboard has no such tile.");
        }
        return (await answers.AskAsync(shared.Project, shared.Dashboard.Id, tile, shared.Dashboard.Filters, Refresh.Shared, cancellationToken))
            .Match<Outcome<(string, InsightAnswer)>>(answer => (tile.NameAmong(shared.Names), answer), refusal => refusal);
    }

    Refusal? WhyNot(string hash, string wanted, string? password)
    {
        if (string.IsNullOrEmpty(password))
        {
            return new Refusal(RefusalReason.WrongPassword, "This dashboard is behind a password.", "password");
        }
        if (_guesses.Wait(hash) is { } wait)
        {
            return new Refusal(RefusalReason.Throttled, $"Too many passwords were tried. Try again in {Math.Ceiling(wait.TotalMinutes):0} min.", "password");
        }
        if (LinkPassword.IsRight(wanted, password))
        {
            return null;
        }
        _guesses.TryTake(hash);
        return new Refusal(RefusalReason.WrongPassword, "That is not the password.", "password");
    }
}

/// <summary>A dashboard as a link shows it.</summary>
/// <param name="Names">The titles of its insights, by their numbers.</param>
public sealed record SharedDashboard(Project Project, Dashboard Dashboard, IReadOnlyDictionary<int, string> Names);
