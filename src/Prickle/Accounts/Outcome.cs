namespace Prickle.Accounts;

/// <summary>What became of a change: done, or refused for a reason.</summary>
public abstract record Outcome<T>
{
    Outcome()
    {
    }

    /// <summary>What follows in either case.</summary>
    public abstract TResult Match<TResult>(Func<T, TResult> done, Func<Refusal, TResult> refused);

    public sealed record Done(T Value) : Outcome<T>
    {
        public override TResult Match<TResult>(Func<T, TResult> done, Func<Refusal, TResult> refused) => done(Value);
    }

    public sealed record Refused(Refusal Refusal) : Outcome<T>
    {
        public override TResult Match<TResult>(Func<T, TResult> done, Func<Refusal, TResult> refused) => refused(Refusal);
    }

    public static implicit operator Outcome<T>(T value) => new Done(value);
    public static implicit operator Outcome<T>(Refusal refusal) => new Refused(refusal);
}
