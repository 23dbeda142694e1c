using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Mail;
using Prickle.Previews.Storage;
using Prickle.Storage;

namespace Prickle.Previews.Clock;

/// <summary>
/// Reminds the owner of a preview by mail: when its review is due, and a week before it ends. Each date once. The pages show
/// the same, so that nobody misses it where no mail is set up.
/// </summary>
sealed class PreviewReminders(IDbContextFactory<PrickleDatabase> databases, Mailer mailer, TimeProvider time, ILogger<PreviewReminders> logger)
{
    public static readonly TimeSpan BeforeSunset = TimeSpan.FromDays(7);

    public async Task RemindAsync(Project project, PreviewRow row, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!PreviewStages.IsListed(row.Stage) || !mailer.IsSetUp || !Mailer.IsAddress(row.CreatedBy))
        {
            return;
        }
        if (row.ReviewAt <= now && row.ReviewTold != row.ReviewAt)
        {
            await SendAsync(project, row, $"Does {row.Name} go on?",
                $"The preview {row.Name} of {project.Name} is {PreviewStages.WordsOf(row.Stage)}, and its review is due. Promote it, set another date, or end it: nobody likes to be left on something that stands still.",
                told => told.ReviewTold = row.ReviewAt, cancellationToken);
        }
        if (row.SunsetAt - BeforeSunset <= now && row.SunsetTold != row.SunsetAt)
        {
            var day = TimeZoneInfo.ConvertTime(row.SunsetAt!.Value, project.Zone).ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
            await SendAsync(project, row, $"{row.Name} ends on {day}",
                $"The preview {row.Name} of {project.Name} ends on {day}: it is switched off for everybody who has it, and they are told. Set another date if it goes on.",
                told => told.SunsetTold = row.SunsetAt, cancellationToken);
        }
    }

    async Task SendAsync(Project project, PreviewRow row, string subject, string text, Action<PreviewRow> note, CancellationToken cancellationToken)
    {
        var outcome = await mailer.SendAsync(new OutgoingMail(row.CreatedBy, subject, text, $"<p>{WebUtility.HtmlEncode(text)}</p>"), cancellationToken);
        if (outcome is MailOutcome.Refused { IsFinal: false } later)
        {
            // The next look tries again.
            logger.LogWarning("The reminder of preview {Preview} in project {Project} was not sent: {Detail}", row.Id, project.Id, later.Detail);
            return;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (await database.Set<PreviewRow>().SingleOrDefaultAsync(one => one.Id == row.Id, cancellationToken) is { } told)
        {
            note(told);
            await database.SaveChangesAsync(cancellationToken);
        }
    }
}
