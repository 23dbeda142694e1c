using System.Globalization;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Cohorts;
using Prickle.Filters;

namespace Prickle.Insights.Running;

/// <summary>What questions name by id is there, and the project's own.</summary>
public sealed class NamedThings(IActionDirectory actions, ICohortDirectory cohorts)
{
    /// <summary>The actions of a question; refused where it names an action or a cohort that the project has not.</summary>
    public async Task<Outcome<Dictionary<int, ActionDefinition>>> FindAsync(
        Project project, InsightQuery query, IQuestion question, FilterGroup testAccounts, CancellationToken cancellationToken)
    {
        var named = QuestionCheck.ActionsOf(query, question);
        var known = named.Count == 0 ? new Dictionary<int, ActionDefinition>() : await actions.OfProjectAsync(project.Id, cancellationToken);
        if (named.Where(id => !known.ContainsKey(id)).Order().ToList() is [var missing, ..])
        {
            return Refusal.Invalid("series", string.Create(
                CultureInfo.InvariantCulture, $"The project has no action {missing}: it was deleted, or is not of this project. Take it out of the question, or choose another."));
        }
        var used = known.Where(one => named.Contains(one.Key)).OrderBy(one => one.Key).ToDictionary();
        return await RefusalOfCohortsAsync(project, query, question, testAccounts, used.Values, cancellationToken) is { } refusal ? refusal : used;
    }

    /// <summary>What is wrong with the names of a question that is about to be kept; null when nothing is.</summary>
    public async Task<Refusal?> RefusalOfAsync(Project project, InsightQuery query, IQuestion question, CancellationToken cancellationToken) =>
        await FindAsync(project, query, question, FilterGroup.Everything, cancellationToken) is Outcome<Dictionary<int, ActionDefinition>>.Refused { Refusal: var refusal } ? refusal : null;

    async Task<Refusal?> RefusalOfCohortsAsync(
        Project project, InsightQuery query, IQuestion question, FilterGroup testAccounts, IReadOnlyCollection<ActionDefinition> used,
        CancellationToken cancellationToken)
    {
        List<(int Id, string Attribute, string Place)> named =
        [
            .. QuestionCheck.CohortsOf(QuestionCheck.FiltersOf(query, question)).Select(id => (id, "properties", "the question")),
            .. QuestionCheck.CohortsOf(query, question).Select(id => (id, "breakdowns", "the question")),
            .. query.FilterTestAccounts ? QuestionCheck.CohortsOf([testAccounts]).Select(id => (id, "filterTestAccounts", "the project's filters for its own people")) : [],
            .. used.SelectMany(action => QuestionCheck.CohortsOf(action.Steps.Select(step => step.Properties)).Select(id => (id, "series", $"the action \"{action.Name}\""))),
        ];
        return await RefusalOfAsync(project, named, cancellationToken);
    }

    /// <summary>What is wrong with the cohorts of filters; null when nothing is.</summary>
    public Task<Refusal?> RefusalOfFiltersAsync(Project project, FilterGroup filters, CancellationToken cancellationToken) =>
        RefusalOfAsync(project, [.. QuestionCheck.CohortsOf([filters]).Select(id => (id, "filters", "the filters"))], cancellationToken);

    async Task<Refusal?> RefusalOfAsync(Project project, List<(int Id, string Attribute, string Place)> named, CancellationToken cancellationToken)
    {
        if (named.Count == 0)
        {
            return null;
        }
        var known = await cohorts.FindAsync(project.Id, [.. named.Select(one => one.Id).Distinct()], cancellationToken);
        return named.Where(one => known.GetValueOrDefault(one.Id) is not { IsDeleted: false })
            .Select(one => Refusal.Invalid(one.Attribute, known.GetValueOrDefault(one.Id) is { } deleted
                ? string.Create(CultureInfo.InvariantCulture, $"The cohort \"{deleted.Name}\" ({one.Id}) was deleted. Take it out of {one.Place}, or choose another.")
                : string.Create(CultureInfo.InvariantCulture, $"The project has no cohort {one.Id}. Take it out of {one.Place}, or choose another.")))
            .FirstOrDefault();
    }
}
