using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Prickle.Accounts;

namespace Prickle.Insights.Running;

/// <summary>Answers by what was asked: the project, its settings and the question as written anew. Bounded by size.</summary>
sealed class AnswerCache(InsightLimits limits) : IDisposable
{
    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = limits.CacheSize });

    /// <param name="actions">The actions named in the question, as they are now: a changed action is another question.</param>
    public static string KeyOf(Project project, InsightQuery query, string actions)
    {
        var text = $"{project.Id}\n{project.TimeZone}\n{project.WeekStart}\n{(query.FilterTestAccounts ? project.TestAccountFilters : "")}\n{JsonSerializer.Serialize(project.PathCleaningFilters)}\n{actions}\n{InsightJson.Write(query)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public InsightAnswer? Find(string key) => _answers.Get<InsightAnswer>(key) is { } answer ? answer with { IsCached = true } : null;

    public void Keep(string key, InsightAnswer answer) =>
        _answers.Set(key, answer, new MemoryCacheEntryOptions { Size = SizeOf(answer), AbsoluteExpirationRelativeToNow = Kept });

    // About what it takes in memory: its text, in characters of two bytes.
    static long SizeOf(InsightAnswer answer) =>
        2 * (JsonSerializer.SerializeToUtf8Bytes(answer.Result, InsightJson.Options).Length
            + answer.Statements.Sum(statement => statement.Sql.Length + statement.Parameters.Sum(one => one.Value.Length)));

    public void Dispose() => _answers.Dispose();
}
