using System.Globalization;

namespace Prickle.Filters.Sql;

/// <summary>Whether a person is in a cohort, by the members of its newest version.</summary>
static class CohortCondition
{
    public static string Of(PropertyFilter leaf, string person, FilterScope scope)
    {
        var cohorts = leaf.Values.Select(value => One(int.Parse(value, CultureInfo.InvariantCulture), person, scope)).ToList();
        var condition = cohorts.Count == 0 ? "0" : $"({string.Join(" OR ", cohorts)})";
        return leaf.Operator is "not_in" or "is_not" ? $"NOT {condition}" : condition;
    }

    static string One(int cohortId, string person, FilterScope scope)
    {
        var cohort = scope.Sql.Value("UInt32", (uint)cohortId);
        if (scope.Views is { } views)
        {
            return $"{person} IN (SELECT person_id FROM {views}.cohort_people WHERE cohort_id = {cohort})";
        }
        var project = scope.Sql.Project(scope.ProjectId);
        return $"{person} IN (SELECT person_id FROM cohort_members WHERE project_id = {project} AND cohort_id = {cohort} AND version = "
            + $"(SELECT max(version) FROM cohort_versions WHERE project_id = {project} AND cohort_id = {cohort}))";
    }
}
