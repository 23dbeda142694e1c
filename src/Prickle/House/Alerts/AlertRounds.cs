using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Prickle.Destinations;
using Prickle.House.Sampling;
using Prickle.Servers;
using Prickle.Storage;

namespace Prickle.House.Alerts;

/// <summary>After each round of reading: what crossed its line, and telling those who want to know.</summary>
sealed class AlertRounds(IDbContextFactory<PrickleDatabase> databases, DestinationSender sender, DestinationKinds kinds, TimeProvider time, ILogger<AlertRounds> logger)
{
    const int MostTries = 8;
    const int MostAtOnce = 20;
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    /// <summary>Judges a round.</summary>
    /// <param name="servers">Those that were read.</param>
    /// <param name="samples">What was read off them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task JudgeAsync(IReadOnlyList<WatchedServer> servers, IReadOnlyList<Sample> samples, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rules = await database.Set<AlertRuleRow>().AsNoTracking().Where(row => row.Enabled).ToListAsync(cancellationToken);
        if (rules.Count == 0)
        {
            return;
        }
        var ids = rules.Select(rule => rule.Id).ToList();
        var standings = (await database.Set<AlertStandingRow>().Where(row => ids.Contains(row.RuleId)).ToListAsync(cancellationToken)).ToDictionary(row => (row.RuleId, row.Node));
        var values = samples.GroupBy(sample => (sample.Server, sample.Metric, sample.Node)).ToDictionary(one => one.Key, one => one.Last().Value);
        var byId = servers.ToDictionary(server => server.Id);
        foreach (var row in rules.Where(row => byId.ContainsKey(row.ServerId)))
        {
            var rule = row.ToRule();
            // Nodes that are read now, and those that were: one that is gone is silent.
            var nodes = values.Keys.Where(key => key.Server == rule.ServerId && key.Metric == rule.Terms.Metric).Select(key => key.Node)
                .Union(standings.Keys.Where(key => key.RuleId == rule.Id).Select(key => key.Node)).ToList();
            foreach (var node in nodes)
            {
                Judge(database, standings, rule, node, values.TryGetValue((rule.ServerId, rule.Terms.Metric, node), out var value) ? value : null, now);
            }
        }
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Tells what is to be told, what failed before too.</summary>
    public async Task TellAsync(IReadOnlyList<WatchedServer> servers, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        // Those that wait for another try do not stand in the way of others.
        var due = await database.Set<AlertEntryRow>().Where(row => row.Told == null && (row.NextTryAt == null || row.NextTryAt <= now))
            .OrderBy(row => row.Id).Take(MostAtOnce).ToListAsync(cancellationToken);
        foreach (var entry in due)
        {
            await TellAsync(database, entry, servers.FirstOrDefault(server => server.Id == entry.ServerId)?.Name ?? "a server", now, cancellationToken);
            await database.SaveChangesAsync(cancellationToken);
        }
        var oldest = now - KeptFor;
        await database.Set<AlertEntryRow>().Where(row => row.Told != null && row.At < oldest).ExecuteDeleteAsync(cancellationToken);
    }

    static void Judge(
        PrickleDatabase database, Dictionary<(Guid, string), AlertStandingRow> standings, AlertRule rule, string node, double? value, DateTimeOffset now)
    {
        if (!standings.TryGetValue((rule.Id, node), out var row))
        {
            row = new AlertStandingRow { RuleId = rule.Id, Node = node };
            row.Take(AlertLogic.Begin(now));
            database.Add(row);
        }
        var (standing, happenings) = AlertLogic.Next(rule.Terms, row.ToStanding(), value, now);
        row.Take(standing);
        foreach (var happening in happenings)
        {
            database.Add(new AlertEntryRow
            {
                Id = Guid.CreateVersion7(now),
                RuleId = rule.Id,
                OrganizationId = rule.OrganizationId,
                ServerId = rule.ServerId,
                Metric = rule.Terms.Metric,
                Node = node,
                Happening = happening,
                Value = value,
                At = now,
                Told = rule.Way is null ? "Nobody is to be told." : rule.MutedUntil > now ? $"Muted until {rule.MutedUntil.Value.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}." : null,
            });
        }
    }

    async Task TellAsync(PrickleDatabase database, AlertEntryRow entry, string server, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await database.Set<AlertRuleRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == entry.RuleId, cancellationToken);
        if (row?.ToRule() is not { Way: { } way } rule)
        {
            entry.Told = "The alert was deleted, or tells nobody any more.";
            return;
        }
        var isToldOnce = kinds.Find(way.Kind)?.Repeat == DestinationRepeat.IsUnknown;
        // A try that was begun and of which nobody knows the end: the product died in the middle of it.
        if (isToldOnce && entry.Tries > 0 && entry.NextTryAt is null)
        {
            entry.Told = "The product ended while this was on its way. It may have arrived, and is not told twice.";
            return;
        }
        (entry.Tries, entry.NextTryAt) = (entry.Tries + 1, null);
        await database.SaveChangesAsync(cancellationToken);
        var report = await sender.SendAsync(
            new DeliveryRequest(way.ProjectId, way.Kind, way.DestinationId, $"house-alert-{entry.Id:N}", way.Fields, AlertWords.Variables(rule, entry, server)) { From = "House", MayHaveArrived = entry.Tries > 1 },
            cancellationToken);
        var isOver = entry.Tries >= MostTries || report.Outcome is not (DeliveryOutcome.RateLimited or DeliveryOutcome.Unreachable)
            || (isToldOnce && report.Outcome is DeliveryOutcome.Unreachable { MayHaveArrived: true });
        if (isOver)
        {
            entry.Told = report.Outcome is DeliveryOutcome.Delivered ? "Told." : $"Not told: {report.Outcome.Detail}";
            return;
        }
        // Longer and longer pauses, an hour at most.
        entry.NextTryAt = now + TimeSpan.FromSeconds(Math.Min(3600, 15 * Math.Pow(2, entry.Tries)));
        logger.LogWarning("An alert of House could not be told yet: {Reason}", report.Outcome.Detail);
    }
}
