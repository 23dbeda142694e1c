namespace Prickle.House.Backups;

/// <summary>Which chains of a plan are past their keeping.</summary>
static class BackupRetention
{
    /// <summary>
    /// Whole chains alone: an incremental backup without its full one is nothing. The newest chain with a good full backup stays, whatever
    /// its age: there is never none.
    /// </summary>
    /// <param name="backups">Those of a plan that are not deleted.</param>
    /// <param name="keeping">The rule.</param>
    /// <param name="now">For ages.</param>
    /// <param name="busy">Backups that are being restored or drilled.</param>
    public static IReadOnlyList<Guid> ChainsPast(IReadOnlyCollection<Backup> backups, BackupKeeping keeping, DateTimeOffset now, IReadOnlySet<Guid> busy)
    {
        if (keeping is { Chains: null, Days: null })
        {
            return [];
        }
        var good = backups.Where(backup => backup is { Kind: BackupKind.Full, State: BackupState.Good }).OrderByDescending(backup => backup.CreatedAt).ToList();
        var past = new List<Guid>();
        // The first is the newest.
        foreach (var (place, full) in good.Index().Skip(1))
        {
            var chain = backups.Where(backup => backup.ChainId == full.Id).ToList();
            var isKept = place < keeping.Chains || chain.Any(backup => now - backup.CreatedAt < TimeSpan.FromDays(keeping.Days ?? 0));
            if (!isKept && chain.TrueForAll(backup => backup.IsOver && !busy.Contains(backup.Id)))
            {
                past.Add(full.Id);
            }
        }
        return past;
    }
}
