namespace Prickle.Automations.Simulating;

/// <summary>Which of the matches would have begun runs, by how often they may.</summary>
static class EntrySieve
{
    public static IReadOnlyList<SimulatedEntry> Let(EntryRule rule, IReadOnlyList<SimulatedEntry> entries)
    {
        var through = entries.AsEnumerable();
        if (rule.Mask is { } mask)
        {
            through = Masked(mask, through);
        }
        return rule.OncePerPerson ? [.. through.DistinctBy(entry => entry.PersonId)] : [.. through];
    }

    static IEnumerable<SimulatedEntry> Masked(EntryMask mask, IEnumerable<SimulatedEntry> entries)
    {
        var counts = new Dictionary<Guid, (DateTimeOffset First, int Count)>();
        foreach (var entry in entries)
        {
            var subject = mask.PerPerson ? entry.PersonId : Guid.Empty;
            var (first, count) = counts.TryGetValue(subject, out var known) && entry.At - known.First < mask.Within.Length ? known : (entry.At, 0);
            counts[subject] = (first, ++count);
            if (mask.Every == 1 ? count == 1 : count % mask.Every == 0)
            {
                yield return entry;
            }
        }
    }
}
