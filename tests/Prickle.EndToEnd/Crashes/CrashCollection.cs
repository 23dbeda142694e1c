namespace Prickle.EndToEnd.Crashes;

/// <summary>These tests want the machine for themselves: they run one after the other, when all others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CrashCollection
{
    public const string Name = "Crashes";
}
