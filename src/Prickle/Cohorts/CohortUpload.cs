using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Persons;
using Sylvan.Data.Csv;

namespace Prickle.Cohorts;

/// <summary>
/// Puts the people of a CSV file into a static cohort: one column of distinct ids, e-mails or person ids, with or without
/// a heading. A heading <c>distinct_id</c>, <c>email</c> or <c>person_id</c> says which column; else the first is meant.
/// </summary>
public sealed class CohortUpload(CohortAdministration cohorts, PersonLookup persons, ClickHouseStore store)
{
    /// <summary>The largest file, in bytes.</summary>
    public const int LargestFile = 20 * 1024 * 1024;

    const int LongestValue = 400;

    static readonly string[] Headings = ["distinct_id", "distinct_ids", "distinct id", "email", "e-mail", "person_id", "uuid", "id"];

    /// <summary>Reads the file and adds whom it names.</summary>
    public async Task<Outcome<CohortAddition>> AddAsync(ProjectGrant grant, int cohortId, Stream file, CancellationToken cancellationToken)
    {
        List<string> values;
        try
        {
            values = await ReadAsync(file, cancellationToken);
        }
        catch (Exception failure) when (failure is CsvFormatException or CsvRecordTooLargeException or FormatException)
        {
            return Refusal.Invalid("csv", $"The file is not a CSV file that can be read: {failure.Message}");
        }
        if (values.Count > CohortAdministration.MostAtOnce)
        {
            return Refusal.Invalid("csv", $"The file names more than {CohortAdministration.MostAtOnce} people; split it.");
        }
        return values.Count == 0
            ? Refusal.Invalid("csv", "The file names nobody.")
            : await AddValuesAsync(grant, cohortId, values, cancellationToken);
    }

    /// <summary>Adds whom the values name: distinct ids first, then e-mails, then person ids.</summary>
    public async Task<Outcome<CohortAddition>> AddValuesAsync(
        ProjectGrant grant, int cohortId, IReadOnlyCollection<string> values, CancellationToken cancellationToken)
    {
        var byDistinctId = await persons.ByDistinctIdsAsync(grant.ProjectId, values, cancellationToken);
        var found = new Dictionary<Guid, PersonReference>();
        var left = new List<string>();
        foreach (var value in values)
        {
            if (byDistinctId.TryGetValue(value, out var person))
            {
                found.TryAdd(person, new PersonReference(person, value));
            }
            else
            {
                left.Add(value);
            }
        }
        var byEmail = await ByEmailsAsync(grant.ProjectId, [.. left.Where(value => value.Contains('@'))], cancellationToken);
        var ids = left.Select(value => Guid.TryParse(value, out var id) ? id : (Guid?)null).OfType<Guid>().Concat(byEmail.SelectMany(pair => pair.Value));
        var byId = (await persons.ByIdsAsync(grant.ProjectId, [.. ids], cancellationToken)).ToDictionary(reference => reference.PersonId);
        var unknown = new List<string>();
        foreach (var value in left)
        {
            var named = byEmail.TryGetValue(value.ToLowerInvariant(), out var same) ? same
                : Guid.TryParse(value, out var id) ? [id] : [];
            var references = named.Select(id => byId.GetValueOrDefault(id)).OfType<PersonReference>().ToList();
            references.ForEach(reference => found.TryAdd(reference.PersonId, reference));
            if (references.Count == 0)
            {
                unknown.Add(value);
            }
        }
        return await cohorts.AddAsync(grant, cohortId, found.Values, unknown, cancellationToken);
    }

    static async Task<List<string>> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(file);
        await using var csv = await CsvDataReader.CreateAsync(text, new CsvDataReaderOptions { HasHeaders = false }, cancellationToken);
        var values = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (column, isFirst) = (0, true);
        while (values.Count <= CohortAdministration.MostAtOnce && await csv.ReadAsync(cancellationToken))
        {
            if (isFirst)
            {
                isFirst = false;
                var heading = Enumerable.Range(0, csv.RowFieldCount).FirstOrDefault(index => Headings.Contains(csv.GetString(index).Trim().ToLowerInvariant()), -1);
                if (heading >= 0)
                {
                    column = heading;
                    continue;
                }
            }
            var value = column < csv.RowFieldCount ? csv.GetString(column).Trim() : "";
            if (value.Length is > 0 and <= LongestValue && seen.Add(value))
            {
                values.Add(value);
            }
        }
        return values;
    }

    async Task<Dictionary<string, List<Guid>>> ByEmailsAsync(int projectId, IReadOnlyList<string> emails, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, List<Guid>>(StringComparer.Ordinal);
        foreach (var chunk in emails.Chunk(5000))
        {
            var sql = new SqlBuilder();
            var email = $"lower(ifNull(toString({PropertyPath.Of("email")}), ''))";
            var rows = await store.ListAsync(
                $"SELECT {email} AS address, id FROM persons FINAL WHERE project_id = {sql.Project(projectId)} "
                + $"AND has({sql.Texts(chunk.Select(one => one.ToLowerInvariant()))}, address)",
                row => (Address: row.GetString(0), Id: row.GetGuid(1)), sql.Parameters, new Dictionary<string, object> { ["max_execution_time"] = 30 },
                cancellationToken);
            foreach (var group in rows.GroupBy(row => row.Address))
            {
                found[group.Key] = [.. group.Select(row => row.Id)];
            }
        }
        return found;
    }
}
