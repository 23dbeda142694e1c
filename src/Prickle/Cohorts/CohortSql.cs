using Prickle.ClickHouse;

namespace Prickle.Cohorts;

/// <summary>Cohorts in statements of other modules.</summary>
public static class CohortSql
{
    /// <summary>A subquery that gives the ids of the members by the last finished calculation.</summary>
    public static string Members(SqlBuilder sql, int projectId, int cohortId)
    {
        var (project, cohort) = (sql.Project(projectId), sql.Value("UInt32", (uint)cohortId));
        return $"(SELECT person_id FROM cohort_members WHERE project_id = {project} AND cohort_id = {cohort} "
            + $"AND version = (SELECT max(version) FROM cohort_versions WHERE project_id = {project} AND cohort_id = {cohort}))";
    }
}
