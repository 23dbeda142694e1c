using System.Globalization;
using System.Text.Json;
using Prickle.Accounts;
using Prickle.Annotations;
using Prickle.Insights.Picturing;
using Prickle.Insights.Showing;
using Prickle.Pictures;
using Prickle.Sql;

namespace Prickle.Insights;

/// <summary>Draws answers without a browser: what a picture shows, and the picture of one insight.</summary>
public sealed class InsightPictures(IInsightQueries queries, SqlSandbox sandbox, AnnotationBook notes, InsightNames names, PicturePainter painter, TimeProvider time)
{
    /// <summary>An insight with its title in a card, as wide as given.</summary>
    public async Task<Outcome<byte[]>> PngAsync(ProjectGrant grant, SavedInsight insight, int width, CancellationToken cancellationToken)
    {
        using var noted = new AskedFor(insight.ShortId).Note();
        var title = (await names.OfAsync(grant.ProjectId, [insight], cancellationToken))[insight.Id];
        if (AnswerSqlQuery.Handles(insight.Kind))
        {
            return grant.Allows(Resource.Query, Level.Read)
                ? await DrawAsync(await OfSqlAsync(grant.Project, insight, title, cancellationToken), null)
                : Refusal.Denied("SQL may be run by those who may query.");
        }
        if (InsightJson.Read(insight.Query, out var why) is not { } query)
        {
            return Refusal.Invalid("query", why);
        }
        var asked = await queries.AskAsync(grant.Project, query, Refresh.BlockingIfStale, cancellationToken);
        return asked is Outcome<InsightAnswer>.Done { Value: var answer }
            ? await DrawAsync(await OfAnswerAsync(grant.Project, query, answer, title, cancellationToken), PeriodWords.Of(query.DateRange))
            : ((Outcome<InsightAnswer>.Refused)asked).Refusal;

        async Task<byte[]> DrawAsync(PicturedAnswer pictured, string? period) =>
            (await painter.CardAsync(new PictureCard(title, NoteOf(period, pictured.ComputedAt, grant.Project.Zone), pictured.Content), width, cancellationToken)).Png;
    }

    /// <summary>What a picture of an answer shows.</summary>
    /// <param name="dashboardId">The dashboard on which it stands, whose notes it then shows too.</param>
    public async Task<PicturedAnswer> OfAnswerAsync(
        Project project, InsightQuery query, InsightAnswer answer, string title, CancellationToken cancellationToken, int? dashboardId = null)
    {
        var annotations = await ChartNotes.ReadAsync(notes, project, answer, project.Zone, cancellationToken, dashboardId);
        return new(AnswerPicture.Of(query, answer.Result, title, project.Zone, annotations), answer.ComputedAt);
    }

    /// <summary>What a picture of a statement's rows shows, once it ran; of one that does not run, why.</summary>
    public async Task<PicturedAnswer> OfSqlAsync(Project project, SavedInsight insight, string title, CancellationToken cancellationToken)
    {
        // Not through the history: nobody typed this.
        var outcome = AnswerSqlQuery.Read(insight.Query, confirm: false, clientQueryId: null) switch
        {
            SqlOutcome<SqlRequest>.Done { Value: var request } => await sandbox.RunAsync(project, request, cancellationToken),
            SqlOutcome<SqlRequest>.Refused refused => refused.Refusal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var display = insight.Query.TryGetProperty("display", out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
        return outcome switch
        {
            SqlOutcome<SqlAnswer>.Done { Value.Results.Count: 0 } => new(new NoticeContent("No rows", "The statement ran and found nothing."), time.GetUtcNow()),
            SqlOutcome<SqlAnswer>.Done { Value: var answer } => new(SqlAnswerPicture.Of(answer, title, display), time.GetUtcNow()),
            SqlOutcome<SqlAnswer>.Refused { Refusal: var refusal } => PicturedAnswer.Failure("The statement cannot be run", refusal.Detail),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>What stands below a title: "Last 7 days · computed 4 Mar 2026, 12:00". Null when nothing is known.</summary>
    public static string? NoteOf(string? period, DateTimeOffset? computedAt, TimeZoneInfo zone)
    {
        var computed = computedAt is { } at ? $"computed {TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)}" : null;
        return period is null ? computed : computed is null ? period : $"{period} · {computed}";
    }
}

/// <summary>What a picture of an answer shows.</summary>
/// <param name="ComputedAt">When the store was asked; null when it gave no answer.</param>
/// <param name="Failed">The content says why there is no answer.</param>
public sealed record PicturedAnswer(PictureContent Content, DateTimeOffset? ComputedAt, bool Failed = false)
{
    public static PicturedAnswer Failure(string title, string why) => new(new NoticeContent(title, why, IsFailure: true), null, Failed: true);
}
