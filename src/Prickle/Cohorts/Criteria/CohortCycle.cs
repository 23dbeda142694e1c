namespace Prickle.Cohorts.Criteria;

/// <summary>Cohorts are made of cohorts: a chain that leads back to its beginning could never be calculated.</summary>
static class CohortCycle
{
    /// <summary>The chain from a cohort back to itself; null when there is none.</summary>
    public static IReadOnlyList<int>? Find(IReadOnlyDictionary<int, CohortSettings> cohorts, int id)
    {
        var seen = new HashSet<int>();
        return Search(id, [id]);

        IReadOnlyList<int>? Search(int at, IReadOnlyList<int> chain)
        {
            foreach (var inner in cohorts[at].Filters.Properties.Cohorts)
            {
                if (inner == id)
                {
                    return [.. chain, inner];
                }
                if (cohorts.ContainsKey(inner) && seen.Add(inner) && Search(inner, [.. chain, inner]) is { } found)
                {
                    return found;
                }
            }
            return null;
        }
    }
}
