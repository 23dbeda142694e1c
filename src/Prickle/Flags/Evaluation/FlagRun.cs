namespace Prickle.Flags.Evaluation;

/// <summary>The flags of one subject while they are evaluated: each is answered once, however many depend on it.</summary>
sealed class FlagRun(FlagSubject subject)
{
    Dictionary<CompiledFlag, FlagAnswer>? _answers;

    public FlagSubject Subject => subject;

    public FlagAnswer Answer(CompiledFlag flag)
    {
        if (_answers is not null && _answers.TryGetValue(flag, out var known))
        {
            return known;
        }
        var answer = FlagEvaluator.Evaluate(flag, this);
        // Only what others may ask for again is kept.
        (_answers ??= [])[flag] = answer;
        return answer;
    }
}
