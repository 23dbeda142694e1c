using Prickle.House.Frame;
using Prickle.House.Queries;

namespace Prickle.House.Operations;

/// <summary>What can be said against an operation by its text alone. Each rule is one line of the list.</summary>
static class OperationLint
{
    static readonly string[] Taking = ["Drop", "Truncate"];
    static readonly string[] Random = ["rand", "rand32", "rand64", "randConstant", "generateUUIDv4", "generateUUIDv7", "now", "now64", "today", "yesterday", "randomString"];

    static readonly IReadOnlyList<Func<OperationDefinition, IEnumerable<OperationFinding>>> Rules =
    [
        definition => Each<StatementStep>(definition, step => Words(step.Sql, "CLUSTER"),
            FindingWeight.Warning, "It runs ON CLUSTER: whether every node did it is then known to the cluster alone. Leave it out: the statement runs on each node here."),
        definition => Each<StatementStep>(definition, step => step.Undo is null,
            FindingWeight.Warning, "Nothing takes this step back: an operation that fails after it stays half done."),
        definition => Each<StatementStep>(definition, step => Taking.Contains(Kind(step.Sql)),
            FindingWeight.Warning, "It takes a table or its rows away at once. A step of kind drop keeps it for some days first."),
        definition => Each<StatementStep>(definition, step => Kind(step.Sql) is "Insert",
            FindingWeight.Warning, "Rows that are inserted by a statement are inserted twice if its end is not known and its check does not see them. A step of kind copy is safe."),
        definition => Each<StatementStep>(definition, step => Words(step.Sql, "SELECT") && step.Sql.Contains('*', StringComparison.Ordinal) && Kind(step.Sql) == "Insert",
            FindingWeight.Warning, "It copies SELECT *: name the columns, in case one is added."),
        definition => Each<StatementStep>(definition, step => Kind(step.Sql) == "Alter" && (Words(step.Sql, "UPDATE") || Words(step.Sql, "DELETE")),
            FindingWeight.Warning, "A mutation is asked for here and not waited for. A step of kind mutation waits on every replica."),
        definition => Each<StatementStep>(definition, step => step.Table is null && !step.Sql.Contains('.', StringComparison.Ordinal),
            FindingWeight.Warning, "Name tables with their database: which one is meant else depends on the user."),
        definition => Each<MutationStep>(definition, step => step is { RestoreFrom: null, NeedsNoUndo: false },
            FindingWeight.Warning, "What a mutation rewrites cannot be taken back: steps after it that fail leave it done."),
        definition => Each<MutationStep>(definition, step => StatementWords.Read(step.Command).Any(word => Random.Contains(word.Text, StringComparer.OrdinalIgnoreCase)),
            FindingWeight.Error, "It has a function that gives something else each time: replicas would come to differ."),
        definition => Each<MutationStep>(definition, step => step.RestoreFrom is { } kept && !Earlier<CopyStep>(definition, step).Any(copy => copy.To == kept && copy.Where == step.Where),
            FindingWeight.Error, "What is to be put back is not copied before by the same condition."),
        definition => Each<CopyStep>(definition, step => !Earlier<CreateStep>(definition, step).Any(create => create.Name == step.To),
            FindingWeight.Error, "Rows are copied only into a table that this operation made: partitions of another one would be replaced."),
        definition => Each<AttachStep>(definition, step => !Earlier<CreateStep>(definition, step).Any(create => create.Name == step.To),
            FindingWeight.Error, "Partitions are linked only into a table that this operation made: those of another one would be replaced."),
        definition => IsDestructive(definition) && !definition.Steps.OfType<BackupStep>().Any()
            ? [new OperationFinding(FindingWeight.Warning, "It takes something away for good, and nothing is backed up before: a step of kind backup does that.")] : [],
        definition => Each<BackupStep>(definition, step => Earlier<MutationStep>(definition, step).Any(mutation => step.Tables.Contains(mutation.Table)),
            FindingWeight.Warning, "It backs up what was rewritten before: put it first."),
        definition => Each<SwapStep>(definition, step => !Earlier<VerifyStep>(definition, step).Any(verify => verify.To == step.Next),
            FindingWeight.Error, "Compare the tables before one takes the place of the other."),
        definition => Each<DropStep>(definition, step => definition.Steps.SkipWhile(one => one != step).Any(one => one is not DropStep),
            FindingWeight.Error, "Tables are dropped at the very end, when everything else is done."),
        definition => Each<DropStep>(definition, step => step.AfterDays == 0,
            FindingWeight.Warning, "It is dropped at once: nothing can be undone after that."),
        definition => Each<CreateStep>(definition, step => step.Name == step.Like,
            FindingWeight.Error, "The new table needs another name."),
    ];

    public static IEnumerable<OperationFinding> Of(OperationDefinition definition) => Rules.SelectMany(rule => rule(definition));

    /// <summary>Whether rows are taken away, or something is done that nothing takes back.</summary>
    public static bool IsDestructive(OperationDefinition definition) => definition.Steps.Any(step => step switch
    {
        StatementStep statement => statement.Undo is null || Taking.Contains(Kind(statement.Sql)),
        MutationStep mutation => mutation is { RestoreFrom: null, NeedsNoUndo: false } || Words(mutation.Command, "DELETE"),
        DropStep drop => drop.AfterDays == 0,
        _ => false,
    });

    static IEnumerable<OperationFinding> Each<TStep>(OperationDefinition definition, Func<TStep, bool> isSo, FindingWeight weight, string text) where TStep : OperationStep =>
        definition.Steps.Select((step, number) => (step, number)).Where(one => one.step is TStep step && isSo(step)).Select(one => new OperationFinding(weight, text, one.number));

    static IEnumerable<TStep> Earlier<TStep>(OperationDefinition definition, OperationStep step) where TStep : OperationStep => definition.Steps.TakeWhile(one => !ReferenceEquals(one, step)).OfType<TStep>();

    static bool Words(string sql, string word) => StatementWords.Read(sql).Any(one => one.Kind == WordKind.Word && one.Text.Equals(word, StringComparison.OrdinalIgnoreCase));

    static string Kind(string sql) => StatementGuard.Read(sql)?.Kind ?? "";
}
