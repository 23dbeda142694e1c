using System.Collections.Frozen;

namespace Prickle.Insights;

/// <summary>Every kind of question, by the type of its query.</summary>
public sealed class InsightQuestions(IEnumerable<IQuestion> questions)
{
    readonly FrozenDictionary<Type, IQuestion> _questions = questions.ToFrozenDictionary(question => question.QueryType);

    public IQuestion Of(InsightQuery query) => _questions[query.GetType()];
}
