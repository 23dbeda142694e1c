using Prickle.Accounts;
using Prickle.ClickHouse;

namespace Prickle.Sql.Views;

/// <summary>The tables that a project's statements see, as SELECTs over the product's tables.</summary>
static class ViewTexts
{
    /// <summary>Raised when a text below changes in a way that its own words do not show.</summary>
    const int Version = 1;

    public static IEnumerable<(string Name, string Select)> Of(Project project, ClickHouseEndpoint endpoint, bool hasCohorts)
    {
        var (database, id) = (endpoint.Database, project.Id);
        var zone = Literal(project.TimeZone);
        var own = ProjectViews.DatabaseOf(endpoint, id);
        yield return ("events", $"""
            SELECT uuid, event, toTimeZone(timestamp, {zone}) AS timestamp, distinct_id,
                dictGetOrDefault('{database}.person_overrides', 'person_id', (project_id, distinct_id), person_id) AS person_id,
                session_id, window_id, elements_chain, group_0, group_1, group_2, group_3, group_4, properties,
                toTimeZone(captured_at, {zone}) AS captured_at
            FROM {database}.events WHERE project_id = {id}
            """);
        yield return ("persons", $"""
            SELECT id, properties, is_identified, toTimeZone(created_at, {zone}) AS created_at
            FROM {database}.persons FINAL WHERE project_id = {id}
            """);
        yield return (ProjectViews.EventsWithPerson, $"""
            SELECT event_row.*, CAST((person_row.id, person_row.properties, person_row.is_identified, person_row.created_at),
                'Tuple(id UUID, properties JSON, is_identified Bool, created_at DateTime64(6, ' || {Literal(zone)} || '))') AS person
            FROM {own}.events AS event_row LEFT ANY JOIN {own}.persons AS person_row ON person_row.id = event_row.person_id
            """);
        yield return ("person_distinct_ids", $"""
            SELECT distinct_id, any(person_id) AS person_id FROM {own}.events GROUP BY distinct_id
            """);
        yield return ("groups", $"""
            SELECT type_index, key, properties, toTimeZone(created_at, {zone}) AS created_at
            FROM {database}.groups FINAL WHERE project_id = {id}
            """);
        yield return ("sessions", Sessions(database, id, zone));
        if (hasCohorts)
        {
            // A cohort that is calculated anew is written under the next version, which counts once all of it is there.
            yield return ("cohort_people", $"""
                SELECT DISTINCT cohort_id, person_id FROM {database}.cohort_members
                WHERE project_id = {id} AND (cohort_id, version) IN
                    (SELECT cohort_id, max(version) FROM {database}.cohort_versions WHERE project_id = {id} GROUP BY cohort_id)
                """);
        }
    }

    /// <summary>Stands in a view's comment; another one means that the view is made anew.</summary>
    public static string MarkOf(string select) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Version} {select}")))[..16];

    static string Sessions(string database, int id, string zone) => $"""
        SELECT session_id, toTimeZone(started, {zone}) AS started_at, toTimeZone(ended, {zone}) AS ended_at,
            dateDiff('millisecond', started, ended) / 1000 AS duration, distinct_id,
            dictGetOrDefault('{database}.person_overrides', 'person_id', (toUInt32({id}), distinct_id), carried) AS person_id,
            entry_url, exit_url, referring_domain, browser, operating_system, device_type, country,
            event_count, pageview_count, autocapture_count
        FROM
        (
            SELECT session_id, min(s.started_at) AS started, max(s.ended_at) AS ended, argMaxMerge(s.distinct_id) AS distinct_id,
                argMaxMerge(s.person_id) AS carried, argMinIfMerge(s.entry_url) AS entry_url, argMaxIfMerge(s.exit_url) AS exit_url,
                argMinIfMerge(s.referring_domain) AS referring_domain, argMaxIfMerge(s.browser) AS browser,
                argMaxIfMerge(s.operating_system) AS operating_system, argMaxIfMerge(s.device_type) AS device_type,
                argMaxIfMerge(s.country) AS country, sum(s.event_count) AS event_count, sum(s.pageview_count) AS pageview_count,
                sum(s.autocapture_count) AS autocapture_count
            FROM {database}.sessions AS s WHERE s.project_id = {id} GROUP BY session_id
        )
        """;

    static string Literal(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
