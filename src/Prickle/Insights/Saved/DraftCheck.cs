using System.Text.Json;
using Prickle.Accounts;
using Prickle.Insights.Running;

namespace Prickle.Insights.Saved;

/// <summary>What is kept must be a question that can be asked.</summary>
static class DraftCheck
{
    const int LongestName = 400;
    const int LongestDescription = 10_000;
    const int LongestQuery = 256 * 1024;
    const int MostTags = 50;

    public static Refusal? Of(InsightDraft draft, InsightQuestions questions) =>
        draft.Name.Length > LongestName ? Refusal.Invalid("name", $"A name has at most {LongestName} characters.")
        : draft.Description.Length > LongestDescription ? Refusal.Invalid("description", $"A description has at most {LongestDescription:N0} characters.")
        : draft.Tags.Count > MostTags || draft.Tags.Any(tag => tag is null or "" or { Length: > 100 }) ? Refusal.Invalid("tags", $"At most {MostTags} tags of 1 to 100 characters.")
        : OfQuery(draft.Query, questions);

    public static string KindOf(JsonElement query) =>
        query.ValueKind == JsonValueKind.Object && query.TryGetProperty("kind", out var kind) ? kind.ToString() : "";

    static Refusal? OfQuery(JsonElement json, InsightQuestions questions)
    {
        if (json.ValueKind == JsonValueKind.Undefined || json.GetRawText().Length > LongestQuery)
        {
            return Refusal.Invalid("query", "An insight needs a query.");
        }
        if (KindOf(json) is "SqlQuery" or "HogQLQuery")
        {
            return json.TryGetProperty("query", out var text) && text.ValueKind == JsonValueKind.String ? null
                : Refusal.Invalid("query", "A SQL query has its text in query.");
        }
        return InsightJson.Read(json, out var why) is not { } query ? Refusal.Invalid("query", why)
            : QuestionCheck.Of(query) ?? questions.Of(query).Check(query) ?? QuestionCheck.OfAll(query, questions.Of(query));
    }
}
